/** Ranges of addresses, and the virtual addresses by which the traffic of native services is told apart. */
@NullMarked
package dev.weft.proxy.address;

import org.jspecify.annotations.NullMarked;
