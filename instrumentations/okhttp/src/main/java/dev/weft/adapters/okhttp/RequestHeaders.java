package dev.weft.adapters.okhttp;

import dev.weft.engine.call.HeaderWriter;
import okhttp3.Request;

/** Header edits on a request that is about to be written. */
record RequestHeaders(Request before, Request.Builder request) implements HeaderWriter {
    @Override
    public boolean contains(String name) {
        return before.header(name) != null;
    }

    @Override
    public void set(String name, String value) {
        request.header(name, value);
    }

    @Override
    public void add(String name, String value) {
        request.addHeader(name, value);
    }

    @Override
    public void remove(String name) {
        request.removeHeader(name);
    }
}
