package dev.weft.adapters.jdkhttp;

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

/** An answer with a header more than came. */
record Extended<T>(HttpResponse<T> answer, HttpHeaders headers) implements HttpResponse<T> {
    static <T> HttpResponse<T> of(HttpResponse<T> answer, String name, String value) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(answer.headers().map());
        List<String> values = new ArrayList<>(all.getOrDefault(name, List.of()));
        values.add(value);
        all.put(name, values);
        return new Extended<>(answer, HttpHeaders.of(all, (n, v) -> true));
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
