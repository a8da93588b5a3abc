package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.HeaderWriter;
import org.apache.http.HttpMessage;

/** Header edits on a request of the library. */
record RequestHeaders(HttpMessage request) implements HeaderWriter {
    @Override
    public boolean contains(String name) {
        return request.containsHeader(name);
    }

    @Override
    public void set(String name, String value) {
        request.setHeader(name, value);
    }

    @Override
    public void add(String name, String value) {
        request.addHeader(name, value);
    }

    @Override
    public void remove(String name) {
        request.removeHeaders(name);
    }
}
