/** Connections whose bytes go through as they are. */
@NullMarked
package dev.weft.proxy.tcp;

import org.jspecify.annotations.NullMarked;
