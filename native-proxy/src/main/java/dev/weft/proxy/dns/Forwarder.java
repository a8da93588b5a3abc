package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Gets answers from the servers of resolv.conf, or from what they said before. Questions that are the same
 * go out once; that bounds what a loop of servers can do, too, and leaves a forger one chance instead of many.
 */
final class Forwarder {
    private final Upstreams upstreams;
    private final AnswerCache cache;
    private final int mostWaiting;
    private final EventLoop loop;
    private final Time time;
    private final Counts counts;
    private final Map<Query.Key, Exchange> exchanges = new HashMap<>();
    private int waiting;
    private int epoch;

    Forwarder(Upstreams upstreams, AnswerCache cache, int mostWaiting, EventLoop loop, Time time, Counts counts) {
        this.upstreams = upstreams;
        this.cache = cache;
        this.mostWaiting = mostWaiting;
        this.loop = loop;
        this.time = time;
        this.counts = counts;
    }

    /** Other servers may have other answers. */
    void use(ResolvConf conf) {
        upstreams.use(conf);
        cache.clear();
        epoch++;
    }

    ResolvConf conf() {
        return upstreams.conf();
    }

    void ask(Query query, Consumer<Answer> receiver) {
        var key = query.key();
        var known = cache.find(key, time.nanos());
        if (known != null) {
            counts.add(DnsEvent.CACHED);
            receiver.accept(known);
            return;
        }
        if (waiting >= mostWaiting) {
            counts.add(DnsEvent.OVERLOAD);
            receiver.accept(LocalAnswer.failure(Wire.SERVFAIL));
            return;
        }
        counts.add(DnsEvent.FORWARDED);
        waiting++;
        var exchange = exchanges.get(key);
        if (exchange != null) {
            exchange.join(receiver);
            return;
        }
        int began = epoch;
        var fresh = new Exchange[1];
        fresh[0] = new Exchange(query, upstreams, loop, time, counts, answer -> {
            exchanges.remove(key);
            waiting -= fresh[0].waiting();
            if (began == epoch && answer instanceof ForwardedAnswer forwarded) {
                cache.put(key, forwarded);
            }
        });
        fresh[0].join(receiver);
        exchanges.put(key, fresh[0]);
        fresh[0].start();
    }
}
