/** Spans and numbers on their way to a collector: encoded, batched, bounded, sent again where that may help. */
@NullMarked
package dev.weft.telemetry.export;

import org.jspecify.annotations.NullMarked;
