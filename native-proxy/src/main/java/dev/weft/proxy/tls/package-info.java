/** TLS that the proxy itself speaks: certificates, and what ends it. */
@NullMarked
package dev.weft.proxy.tls;

import org.jspecify.annotations.NullMarked;
