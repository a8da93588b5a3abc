/** Adapters of the sample library, some of which fail. */
@NullMarked
package dev.weft.adapters.phone;

import org.jspecify.annotations.NullMarked;
