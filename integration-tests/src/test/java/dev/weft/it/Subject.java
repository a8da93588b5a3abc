package dev.weft.it;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A data plane in a process of its own, driven over sockets alone: it is configured over xDS and makes calls. */
interface Subject extends AutoCloseable {
    /**
     * A call as an application makes it.
     *
     * @param body {@code none}, {@code text}, or {@code once} for one that can be sent once only
     */
    record Asked(String method, String url, String body, Map<String, String> headers) {
        /** The same with one more header. */
        Asked with(String name, String value) {
            Map<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Asked(method, url, body, more);
        }
    }

    /**
     * What the application got.
     *
     * @param status 0 for none
     * @param location of a redirect, else empty
     * @param failure empty where there was an answer, {@link #PASSED} where the call went to its host as if there were
     *     no mesh, which nobody knows by that name; else anything
     */
    record Got(int status, String location, String body, String failure) {
        static final String PASSED = "passed";
    }

    /** How one is started. */
    @FunctionalInterface
    interface Kind {
        /** @param xds where its control plane serves the state of the world, as for Envoy: {@code host:port} */
        Subject start(Fleet fleet, String xds) throws IOException, InterruptedException;
    }

    Got call(Asked asked) throws IOException, InterruptedException;

    @Override
    void close();
}
