package dev.weft.control.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes a request of a line and headers, or says why that can't be. */
final class Head {
    private static final List<String> ONCE =
            List.of("host", "authorization", "origin", "content-type", "content-length");

    private Head() {}

    /** It holds the answer. */
    static final class RefusedException extends Exception {
        private final transient Response response;

        RefusedException(int status, String detail) {
            super(detail);
            this.response = Response.problem(status, detail);
        }

        Response response() {
            return response;
        }
    }

    static Request read(HttpRequest request, String peer) throws RefusedException {
        Throwable failure = request.decoderResult().cause();
        if (failure instanceof TooLongHttpLineException) {
            throw new RefusedException(414, "the request line is too long");
        }
        if (failure instanceof TooLongHttpHeaderException) {
            throw new RefusedException(431, "the headers are too long");
        }
        if (failure != null) {
            throw new RefusedException(400, "this is not HTTP/1.1");
        }
        Map<String, List<String>> headers = headers(request.headers());
        for (String name : ONCE) {
            if (headers.getOrDefault(name, List.of()).size() > 1) {
                throw new RefusedException(400, "header " + name + " stands more than once");
            }
        }
        try {
            Target target = Target.parse(request.uri());
            return new Request(request.method().name(), target.path(), target.query(), headers, new byte[0], peer);
        } catch (Target.MalformedException e) {
            throw new RefusedException(400, String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, List<String>> headers(HttpHeaders headers) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        headers.forEach(
                header -> all.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
                        .add(header.getValue()));
        return all;
    }
}
