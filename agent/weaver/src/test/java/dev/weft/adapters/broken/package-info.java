/** Adapters that can't be linked, and one that meets itself while it is made. */
@NullMarked
package dev.weft.adapters.broken;

import org.jspecify.annotations.NullMarked;
