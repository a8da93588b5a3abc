/** Protobuf on the wire, read and written without generated classes: those cost 430 ms of CPU and 1,000 classes before the first resource, which is the start-up budget of the whole agent. */
@NullMarked
package dev.weft.client.wire;

import org.jspecify.annotations.NullMarked;
