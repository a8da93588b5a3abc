package dev.weft.proxy.http1;

import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.drive.LoopDriver;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of requests, by the role of the listener that they come to. */
public final class Courses {
    private Courses() {}

    /**
     * For requests of others to the application.
     *
     * @param application where it listens
     * @param server what is told of requests
     * @param trace how the application learns its place in the trace
     */
    public static Function<Exchange, Course> inbound(
            InetSocketAddress application, Inbound server, InboundTrace trace) {
        return exchange -> new InboundCourse(exchange, application, server, trace);
    }

    /**
     * For requests of the application to others.
     *
     * @param meant whom the connection was meant for; null where the client knows of the proxy
     */
    public static Function<Exchange, Course> outbound(
            Engine engine, LoopDriver driver, Unrouted unrouted, @Nullable Meant meant) {
        return exchange -> new OutboundCourse(exchange, engine, driver, unrouted, meant);
    }

    /** For pages that are made here. */
    public static Function<Exchange, Course> pages(Pages pages) {
        return exchange -> new PagesCourse(exchange, pages);
    }
}
