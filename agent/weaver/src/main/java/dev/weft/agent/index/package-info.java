/** Reads adapters' class files when the agent is built. */
@NullMarked
package dev.weft.agent.index;

import org.jspecify.annotations.NullMarked;
