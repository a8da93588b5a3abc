package dev.weft.proxy.http1;

import io.netty.channel.ChannelHandler;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** What serves HTTP/1.1 connections. */
public final class Http1 {
    private Http1() {}

    /**
     * @param courses what becomes of the requests
     * @param draining whether the process wants to end
     */
    public static Function<Worker, ChannelHandler> connections(
            Http1Limits limits, Function<Exchange, Course> courses, BooleanSupplier draining) {
        return worker -> connection(worker, limits, courses, draining);
    }

    /** One of them. */
    public static ChannelHandler connection(
            Worker worker, Http1Limits limits, Function<Exchange, Course> courses, BooleanSupplier draining) {
        return new Http1Downstream(worker, limits, courses, draining);
    }
}
