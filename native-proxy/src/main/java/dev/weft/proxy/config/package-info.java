/** What can be configured: keys that the agent has mean the same here. */
@NullMarked
package dev.weft.proxy.config;

import org.jspecify.annotations.NullMarked;
