package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.listen.Listener;
import io.netty.channel.unix.FileDescriptor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** All that a proxy listens at. */
final class Listeners {
    private static final long MILLI = 1_000_000;

    private final List<Listener> serving;
    private final List<Listener> all;
    private final Clock clock;

    /** @param admin tells how the proxy stands, also while nothing new is served */
    Listeners(List<Listener> serving, Listener admin, Clock clock) {
        this.serving = List.copyOf(serving);
        this.all = Stream.concat(serving.stream(), Stream.of(admin)).toList();
        this.clock = clock;
    }

    /** The sockets, for another process. */
    List<FileDescriptor> descriptors() {
        return all.stream().map(Listener::descriptor).filter(Objects::nonNull).toList();
    }

    /** Takes connections, also from sockets that were inherited. */
    void resume() {
        all.forEach(Listener::resume);
    }

    /** Takes nothing new, because the service ends; whether all that is under way has ended by then. */
    boolean drain(long until) {
        return drain(serving, Downstream.DRAIN, until);
    }

    /** Takes nothing new, because another process does; whether all that is under way has ended by then. */
    boolean leave(long until) {
        boolean served = drain(all, Downstream.LEAVE, until);
        all.forEach(listener -> listener.tell(Downstream.DRAIN));
        return served;
    }

    private boolean drain(List<Listener> some, Object event, long until) {
        some.forEach(listener -> listener.drain(event));
        boolean served = true;
        for (Listener one : some) {
            served &= one.await(Math.max(1, (until - clock.nanos()) / MILLI));
        }
        return served;
    }

    void close() {
        all.forEach(Listener::close);
    }
}
