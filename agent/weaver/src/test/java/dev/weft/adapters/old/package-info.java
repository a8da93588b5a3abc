/** An adapter of classes that old compilers made. */
@NullMarked
package dev.weft.adapters.old;

import org.jspecify.annotations.NullMarked;
