package dev.weft.proxy.http2;

/**
 * What one connection of HTTP/2 may take.
 *
 * @param streams of a client at once (Envoy: {@code max_concurrent_streams})
 * @param streamWindow bytes of a body that are held for whoever reads it slowly (Envoy: {@code
 *     initial_stream_window_size})
 * @param connectionWindow the same, of all streams of a connection (Envoy: {@code initial_connection_window_size})
 * @param patience how many frames that do no work are taken at a stroke
 * @param connections to one endpoint from one event loop; each serves as many streams as the endpoint allows
 */
public record Http2Limits(int streams, int streamWindow, int connectionWindow, int patience, int connections) {
    private static final int LEAST_WINDOW = 65_535;

    /** 100 streams; 256 KiB and 1 MiB; 1000 frames; 64 connections. */
    public static final Http2Limits DEFAULT = new Http2Limits(100, 256 * 1024, 1024 * 1024, 1000, 64);

    public Http2Limits {
        positive("streams", streams);
        positive("patience", patience);
        positive("connections", connections);
        if (streamWindow < 1024) {
            throw new IllegalArgumentException("stream window: " + streamWindow + " is below 1024");
        }
        if (connectionWindow < LEAST_WINDOW) {
            throw new IllegalArgumentException("connection window: " + connectionWindow + " is below 65535");
        }
    }

    private static void positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": " + value + " is not above 0");
        }
    }
}
