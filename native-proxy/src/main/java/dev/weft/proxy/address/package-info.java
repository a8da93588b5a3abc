/** Ranges of addresses, the virtual addresses by which the traffic of native services is told apart, and connecting to one. */
@NullMarked
package dev.weft.proxy.address;

import org.jspecify.annotations.NullMarked;
