/** Makes weft-agent.jar: what is reachable, relocated, in the layout that the agent's loaders read. */
@NullMarked
package dev.weft.pack;

import org.jspecify.annotations.NullMarked;
