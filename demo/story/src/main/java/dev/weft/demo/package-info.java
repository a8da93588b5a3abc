/** The story that the demo plays with the sample shop. */
@NullMarked
package dev.weft.demo;

import org.jspecify.annotations.NullMarked;
