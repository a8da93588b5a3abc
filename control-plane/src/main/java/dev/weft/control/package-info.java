/** The control plane: one process that reads rules, keeps the registry and serves xDS. */
@NullMarked
package dev.weft.control;

import org.jspecify.annotations.NullMarked;
