/** The agent's admin endpoint: a small HTTP/1.1 server of its own, for loopback and unix sockets. */
@NullMarked
package dev.weft.agent.admin;

import org.jspecify.annotations.NullMarked;
