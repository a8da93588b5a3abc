package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.HeaderWriter;
import org.apache.http.HttpMessage;

/** Header edits on a request or an answer of the library. */
record MessageHeaders(HttpMessage message) implements HeaderWriter {
    @Override
    public boolean contains(String name) {
        return message.containsHeader(name);
    }

    @Override
    public void set(String name, String value) {
        if (message.containsHeader(name)) {
            message.removeHeaders(name); // the library would replace the first of several
        }
        message.addHeader(name, value);
    }

    @Override
    public void add(String name, String value) {
        message.addHeader(name, value);
    }

    @Override
    public void remove(String name) {
        message.removeHeaders(name);
    }
}
