/** Stands for the agent in the jar that these tests build. */
@NullMarked
package dev.weft.agent;

import org.jspecify.annotations.NullMarked;
