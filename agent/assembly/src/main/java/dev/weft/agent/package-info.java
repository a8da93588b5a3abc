/** Where the agent is put together. */
@NullMarked
package dev.weft.agent;

import org.jspecify.annotations.NullMarked;
