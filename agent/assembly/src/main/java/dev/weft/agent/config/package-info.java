/** Configuration of the agent: read once, from four places, into one record. */
@NullMarked
package dev.weft.agent.config;

import org.jspecify.annotations.NullMarked;
