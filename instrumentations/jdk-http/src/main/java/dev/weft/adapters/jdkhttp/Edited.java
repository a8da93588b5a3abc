package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;

/** An answer with other headers than came. */
record Edited<T>(HttpResponse<T> answer, HttpHeaders headers) implements HttpResponse<T> {
    static <T> HttpResponse<T> of(HttpResponse<T> answer, HeaderEdits edits) {
        Writer headers = new Writer(new TreeMap<>(String.CASE_INSENSITIVE_ORDER));
        headers.all.putAll(answer.headers().map());
        Edits.apply(edits, headers);
        return new Edited<>(answer, HttpHeaders.of(headers.all, (n, v) -> true));
    }

    private record Writer(Map<String, List<String>> all) implements HeaderWriter {
        @Override
        public void set(String name, String value) {
            all.put(name, List.of(value));
        }

        @Override
        public void add(String name, String value) {
            List<String> values = new ArrayList<>(all.getOrDefault(name, List.of()));
            values.add(value);
            all.put(name, values);
        }

        @Override
        public void remove(String name) {
            all.remove(name);
        }
    }

    @Override
    public int statusCode() {
        return answer.statusCode();
    }

    @Override
    public HttpRequest request() {
        return answer.request();
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return answer.previousResponse();
    }

    @Override
    public T body() {
        return answer.body();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return answer.sslSession();
    }

    @Override
    public URI uri() {
        return answer.uri();
    }

    @Override
    public HttpClient.Version version() {
        return answer.version();
    }
}
