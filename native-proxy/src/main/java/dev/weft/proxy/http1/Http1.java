package dev.weft.proxy.http1;

import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.drive.LoopDriver;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What serves HTTP/1.1 connections: one kind for each role of a listener. */
public final class Http1 {
    private Http1() {}

    /**
     * For connections from others to the application.
     *
     * @param application where it listens
     * @param server what is told of requests
     * @param trace how the application learns its place in the trace
     */
    public static Function<Worker, ChannelHandler> inbound(
            Http1Limits limits,
            InetSocketAddress application,
            Inbound server,
            InboundTrace trace,
            BooleanSupplier draining) {
        return worker -> new Http1Downstream(
                worker, limits, exchange -> new InboundCourse(exchange, application, server, trace), draining);
    }

    /** For connections of the application to others. */
    public static Function<Worker, ChannelHandler> outbound(
            Http1Limits limits, Engine engine, LoopDriver driver, Unrouted unrouted, BooleanSupplier draining) {
        return worker -> new Http1Downstream(
                worker, limits, exchange -> new OutboundCourse(exchange, engine, driver, unrouted, null), draining);
    }

    /** For connections of the application to a service of the mesh, which know of no proxy. */
    public static ChannelHandler outbound(
            Worker worker,
            Http1Limits limits,
            Engine engine,
            LoopDriver driver,
            Unrouted unrouted,
            Meant meant,
            BooleanSupplier draining) {
        return new Http1Downstream(
                worker, limits, exchange -> new OutboundCourse(exchange, engine, driver, unrouted, meant), draining);
    }

    /** For pages that are made here. */
    public static Function<Worker, ChannelHandler> pages(Http1Limits limits, Pages pages, BooleanSupplier draining) {
        return worker -> new Http1Downstream(worker, limits, exchange -> new PagesCourse(exchange, pages), draining);
    }
}
