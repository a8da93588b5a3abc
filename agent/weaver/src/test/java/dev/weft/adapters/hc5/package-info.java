/** Adapters of a real library, one of which needs a newer release. */
@NullMarked
package dev.weft.adapters.hc5;

import org.jspecify.annotations.NullMarked;
