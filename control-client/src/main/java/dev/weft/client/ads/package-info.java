/** The delta ADS protocol as a state machine without IO, and the gRPC stream that carries it. Another dialect (state of the world) is another session beside {@link dev.weft.client.ads.DeltaSession}. */
@NullMarked
package dev.weft.client.ads;

import org.jspecify.annotations.NullMarked;
