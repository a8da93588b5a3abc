package dev.weft.client;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts servers, also where one stood a moment ago. */
final class Bound {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Bound() {}

    /** Waits for a port that the server before has not left yet: a selector frees the socket some time after the close. */
    static Server started(NettyServerBuilder where) throws IOException {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            try {
                return where.build().start();
            } catch (IOException failure) {
                if (!(failure.getCause() instanceof BindException) || System.nanoTime() > end) {
                    throw failure;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }
}
