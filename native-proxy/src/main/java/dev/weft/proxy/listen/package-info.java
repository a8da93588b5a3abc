/** Sockets: which kind this machine has, event loops, and what listens. */
@NullMarked
package dev.weft.proxy.listen;

import org.jspecify.annotations.NullMarked;
