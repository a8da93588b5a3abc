package dev.weft.proxy.http1;

import dev.weft.proxy.listen.Listener;
import dev.weft.telemetry.MetricWriter;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What is counted of connections and of what never became a call. */
public final class Traffic implements Listener.Counts {
    private final Consumer<String> warn;
    final LongAdder notAccepted = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder overLimit = new LongAdder();
    public final LongAdder malformed = new LongAdder();
    public final LongAdder floods = new LongAdder();
    final LongAdder unknownHosts = new LongAdder();
    final LongAdder passed = new LongAdder();
    public final LongAdder connects = new LongAdder();
    public final LongAdder resent = new LongAdder();

    public Traffic() {
        this(warning -> {});
    }

    /** @param warn is told what people should know */
    public Traffic(Consumer<String> warn) {
        this.warn = warn;
    }

    @Override
    public void notAccepted(Throwable why) {
        notAccepted.increment();
        warn.accept("connections wait, because none can be taken: " + why.getMessage());
    }

    @Override
    public void accepted() {
        accepted.increment();
    }

    @Override
    public void closed() {
        closed.increment();
    }

    @Override
    public void overLimit() {
        overLimit.increment();
    }

    /** Connections of clients that are open. */
    public long open() {
        long over = closed.sum();
        return accepted.sum() - over;
    }

    /** Writes all numbers, named after Envoy's where it has them. */
    public void write(MetricWriter out) {
        counter(out, "weft_http_downstream_cx_total", "Connections accepted.", accepted);
        out.single("weft_http_downstream_cx_active", MetricWriter.Type.GAUGE, "Connections open.", open());
        counter(out, "weft_http_downstream_cx_overflow", "Connections closed for being one too many.", overLimit);
        counter(
                out,
                "weft_http_downstream_cx_not_accepted",
                "Times that a connection could not be taken, for want of descriptors or otherwise.",
                notAccepted);
        counter(out, "weft_http_downstream_rq_malformed", "Requests refused for what they are.", malformed);
        counter(out, "weft_http2_flood", "Connections ended for frames that did no work.", floods);
        counter(out, "weft_http_no_route", "Requests for hosts that nobody knows (NR).", unknownHosts);
        counter(out, "weft_http_passed_through", "Requests for hosts outside of the mesh.", passed);
        counter(out, "weft_http_upstream_cx_total", "Connections made.", connects);
        counter(out, "weft_http_upstream_rq_resent", "Requests sent again after an idle connection closed.", resent);
    }

    private static void counter(MetricWriter out, String name, String help, LongAdder value) {
        out.single(name + (name.endsWith("_total") ? "" : "_total"), MetricWriter.Type.COUNTER, help, value.sum());
    }
}
