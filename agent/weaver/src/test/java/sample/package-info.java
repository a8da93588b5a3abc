/** A library to be woven. */
package sample;
