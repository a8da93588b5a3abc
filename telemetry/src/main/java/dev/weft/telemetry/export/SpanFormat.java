package dev.weft.telemetry.export;

import dev.weft.telemetry.Origin;
import dev.weft.telemetry.Span;
import java.util.List;

/** How spans are written for a collector. */
interface SpanFormat {
    String contentType();

    byte[] encode(Origin origin, List<Span> spans);
}
