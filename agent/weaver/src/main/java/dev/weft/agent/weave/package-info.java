/** Weaving: call sites in library classes, what they do when something fails, and the switches. */
@NullMarked
package dev.weft.agent.weave;

import org.jspecify.annotations.NullMarked;
