package dev.weft.proxy.http2;

import dev.weft.proxy.http1.Course;
import dev.weft.proxy.http1.Exchange;
import dev.weft.proxy.http1.Http1;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.Streams;
import dev.weft.proxy.http1.Worker;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What serves HTTP/2 connections, and what leads to endpoints that speak it. */
public final class Http2 {
    private Http2() {}

    /** What a worker gets its streams to endpoints from. */
    public static Function<Worker, Streams> streams(Http2Limits limits) {
        return worker -> new ClientConnections(worker, limits);
    }

    /**
     * Serves a connection on which HTTP/2 is spoken from the first byte on, because its preface was seen or TLS has agreed
     * on it: puts the handlers behind one that hands them the bytes.
     */
    public static void serve(
            ChannelHandlerContext behind,
            Worker worker,
            Http1Limits limits,
            Http2Limits http2,
            Function<Exchange, Course> courses,
            BooleanSupplier draining) {
        ServerConnection connection = new ServerConnection(worker, limits, http2, courses, draining);
        behind.pipeline().addAfter(behind.name(), "gathering", connection.gathering);
        behind.pipeline().addAfter("gathering", "http2", connection.codec);
        behind.pipeline().addAfter("http2", null, connection);
    }

    /** For connections in the clear, on which the first bytes say whether it is HTTP/2. */
    public static Function<Worker, ChannelHandler> orHttp1(
            Http1Limits limits, Http2Limits http2, Function<Exchange, Course> courses, BooleanSupplier draining) {
        return worker -> orHttp1(worker, limits, http2, courses, draining);
    }

    /** The same for one connection. */
    public static ChannelHandler orHttp1(
            Worker worker,
            Http1Limits limits,
            Http2Limits http2,
            Function<Exchange, Course> courses,
            BooleanSupplier draining) {
        return new Preface(
                worker,
                limits,
                () -> Http1.connection(worker, limits, courses, draining),
                behind -> serve(behind, worker, limits, http2, courses, draining));
    }
}
