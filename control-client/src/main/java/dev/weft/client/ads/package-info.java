/** The ADS protocol as a state machine without IO, in both its forms, and the gRPC stream that carries it. */
@NullMarked
package dev.weft.client.ads;

import org.jspecify.annotations.NullMarked;
