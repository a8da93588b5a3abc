/** Decision cases as data, for whoever plays them. */
@NullMarked
package dev.weft.vectors;

import org.jspecify.annotations.NullMarked;
