/** Whose agents are paused, by an operator's word. */
@NullMarked
package dev.weft.control.pause;

import org.jspecify.annotations.NullMarked;
