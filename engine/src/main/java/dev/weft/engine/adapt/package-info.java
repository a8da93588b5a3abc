/** What an adapter is written against: hooks, and the mesh it hands calls to. */
@NullMarked
package dev.weft.engine.adapt;

import org.jspecify.annotations.NullMarked;
