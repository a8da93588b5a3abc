/** An adapter of the JDK's own client. */
@NullMarked
package dev.weft.adapters.jdk;

import org.jspecify.annotations.NullMarked;
