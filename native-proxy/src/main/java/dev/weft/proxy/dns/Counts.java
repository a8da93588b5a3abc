package dev.weft.proxy.dns;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each thing happened; written by the event loop, read by everybody. */
final class Counts {
    private final Map<DnsEvent, LongAdder> adders = new EnumMap<>(DnsEvent.class);

    Counts() {
        for (DnsEvent event : DnsEvent.values()) {
            adders.put(event, new LongAdder());
        }
    }

    void add(DnsEvent event) {
        var adder = adders.get(event);
        if (adder != null) {
            adder.increment();
        }
    }

    Map<DnsEvent, Long> read() {
        Map<DnsEvent, Long> now = new EnumMap<>(DnsEvent.class);
        adders.forEach((event, adder) -> now.put(event, adder.sum()));
        return now;
    }
}
