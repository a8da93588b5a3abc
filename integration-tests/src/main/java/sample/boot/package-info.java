/** An application of Spring Boot. */
package sample.boot;
