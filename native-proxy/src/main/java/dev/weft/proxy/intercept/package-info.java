/**
 * Rules of the kernel that lead the traffic of a native service through the proxy, without a change to the
 * service. They stand in chains of their own, and are written once: iptables and nftables only say them
 * differently.
 */
@NullMarked
package dev.weft.proxy.intercept;

import org.jspecify.annotations.NullMarked;
