package dev.weft.proxy;

import dev.weft.engine.drive.Clock;
import dev.weft.proxy.http1.Downstream;
import dev.weft.proxy.listen.Listener;
import dev.weft.telemetry.Addresses;
import dev.weft.telemetry.Json;
import io.netty.channel.unix.FileDescriptor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** All that a proxy listens at. */
final class Listeners {
    static final String INBOUND = "inbound";
    static final String OUTBOUND = "outbound";
    static final String TCP = "tcp";

    private static final String ADMIN = "admin";
    private static final long MILLI = 1_000_000;

    private final List<Named> named;
    private final List<Listener> serving;
    private final List<Listener> all;
    private final Clock clock;

    /** @param name what it is for; several may be for the same */
    record Named(String name, Listener listener) {}

    /** @param admin tells how the proxy stands, also while nothing new is served */
    Listeners(List<Named> serving, Listener admin, Clock clock) {
        this.named = Stream.concat(serving.stream(), Stream.of(new Named(ADMIN, admin)))
                .toList();
        this.serving = serving.stream().map(Named::listener).toList();
        this.all = named.stream().map(Named::listener).toList();
        this.clock = clock;
    }

    /** Adds an object for each to the array that is open. */
    void write(Json json) {
        for (Named one : named) {
            json.beginObject()
                    .field("name", one.name())
                    .field("address", text(one.listener()))
                    .field("connections", one.listener().connections())
                    .endObject();
        }
    }

    /** Where it listens. */
    static String text(Listener listener) {
        return Addresses.text(listener.address());
    }

    /** Those who call the application learn that they are to go elsewhere. */
    void leaveInbound() {
        for (Named one : named) {
            if (one.name().equals(INBOUND)) {
                one.listener().tell(Downstream.LEAVE);
            }
        }
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
