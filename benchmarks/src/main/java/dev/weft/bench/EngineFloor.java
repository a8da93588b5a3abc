package dev.weft.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What no mesh can avoid: a map, two random picks, the calls in flight, two clock readings and a counter. */
final class EngineFloor {
    private final Map<String, Peer[]> peers = new HashMap<>();

    EngineFloor(String[] hosts) {
        for (String host : hosts) {
            Peer[] set = new Peer[10];
            for (int i = 0; i < set.length; i++) {
                set[i] = new Peer();
            }
            peers.put(host, set);
        }
    }

    private static final class Peer {
        private final AtomicInteger inFlight = new AtomicInteger();
        private final LongAdder latency = new LongAdder();
    }

    void run(FreeLibrary[] called, int calls) {
        for (int i = 0; i < calls; i++) {
            Peer[] set = Objects.requireNonNull(peers.get(called[i % called.length].host));
            var random = ThreadLocalRandom.current();
            Peer a = set[random.nextInt(set.length)];
            Peer b = set[random.nextInt(set.length)];
            Peer e = a.inFlight.get() <= b.inFlight.get() ? a : b;
            e.inFlight.incrementAndGet();
            long t = System.nanoTime();
            e.latency.add(System.nanoTime() - t);
            e.inFlight.decrementAndGet();
        }
    }
}
