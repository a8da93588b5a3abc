/** Applications that know nothing of the agent; tests start them in JVMs of their own. */
@NullMarked
package dev.weft.agent.apps;

import org.jspecify.annotations.NullMarked;
