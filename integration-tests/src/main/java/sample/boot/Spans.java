package sample.boot;

import io.micrometer.tracing.exporter.FinishedSpan;
import io.micrometer.tracing.exporter.SpanReporter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Takes what the application's own tracer reports. */
@Component
class Spans implements SpanReporter {
    private final Queue<FinishedSpan> ended = new ConcurrentLinkedQueue<>();

    @Override
    public void report(FinishedSpan span) {
        ended.add(span);
    }

    @Override
    public String toString() {
        return ended.stream()
                .map(span -> span.getTraceId() + " " + span.getSpanId() + " " + span.getKind())
                .collect(Collectors.joining("\n"));
    }
}
