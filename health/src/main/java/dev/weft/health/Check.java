package dev.weft.health;

import java.util.List;
import java.util.Map;

/** What an endpoint has to do to be well (Envoy: {@code HealthCheck.health_checker}). All of it is in plain text. */
public sealed interface Check {
    /** To accept a connection (Envoy: a {@code TcpHealthCheck} that only connects). */
    record Tcp() implements Check {}

    /**
     * To answer a GET over HTTP/1.1 (Envoy: {@code HttpHealthCheck}).
     *
     * @param path and query
     * @param host what {@code Host} says
     * @param headers of the request, beside those of every check or in their place
     * @param expected any of these is well
     */
    record Http(String path, String host, Map<String, String> headers, List<Statuses> expected) implements Check {
        public Http {
            headers = Map.copyOf(headers);
            expected = List.copyOf(expected);
        }
    }

    /**
     * To answer {@code grpc.health.v1.Health/Check} with SERVING (Envoy: {@code GrpcHealthCheck}).
     *
     * @param service that is asked for; empty for the server as a whole
     */
    record Grpc(String service) implements Check {}

    /** Statuses from one to another, both included. (Those of Envoy's {@code expected_statuses} end before their end.) */
    record Statuses(int first, int last) {
        /** What is well where nobody says otherwise: whatever is no error. */
        public static final Statuses NO_ERROR = new Statuses(200, 399);

        boolean has(int status) {
            return first <= status && status <= last;
        }
    }
}
