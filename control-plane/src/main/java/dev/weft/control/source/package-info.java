/** Services that nobody registers: what rules declare becomes instances of the registry. */
@NullMarked
package dev.weft.control.source;

import org.jspecify.annotations.NullMarked;
