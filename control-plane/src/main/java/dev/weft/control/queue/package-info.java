/** The serial queue that owns all changing state. */
@NullMarked
package dev.weft.control.queue;

import org.jspecify.annotations.NullMarked;
