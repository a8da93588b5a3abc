package dev.weft.proxy.tcp;

import dev.weft.telemetry.MetricWriter;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of connections that are led by rules, byte by byte. */
public final class TcpTraffic {
    final LongAdder begun = new LongAdder();
    final LongAdder over = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder idle = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();

    /** Connections that are not over. */
    public long open() {
        long ended = over.sum();
        return begun.sum() - ended;
    }

    /** Writes all numbers, named after Envoy's. */
    public void write(MetricWriter out) {
        counter(out, "weft_tcp_downstream_cx_total", "Connections led by rules.", begun);
        out.single("weft_tcp_downstream_cx_active", MetricWriter.Type.GAUGE, "Of these, connections now open.", open());
        counter(out, "weft_tcp_downstream_cx_refused_total", "Of these, refused by a rule or a limit.", refused);
        counter(out, "weft_tcp_upstream_cx_connect_fail_total", "Of these, no endpoint could be reached.", failed);
        counter(out, "weft_tcp_idle_timeout_total", "Of these, ended because nothing moved.", idle);
        counter(out, "weft_tcp_downstream_cx_rx_bytes_total", "Bytes received from clients.", received);
        counter(out, "weft_tcp_downstream_cx_tx_bytes_total", "Bytes sent to clients.", sent);
    }

    private static void counter(MetricWriter out, String name, String help, LongAdder value) {
        out.single(name, MetricWriter.Type.COUNTER, help, value.sum());
    }
}
