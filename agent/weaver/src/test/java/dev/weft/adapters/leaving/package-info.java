/** Adapters that have something to take back. */
@NullMarked
package dev.weft.adapters.leaving;

import org.jspecify.annotations.NullMarked;
