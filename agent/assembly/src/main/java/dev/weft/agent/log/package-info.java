/** The agent's own log: never the application's logging, never its stderr. */
@NullMarked
package dev.weft.agent.log;

import org.jspecify.annotations.NullMarked;
