package dev.weft.adapters.okhttp;

import dev.weft.engine.call.HeaderWriter;
import okhttp3.Response;

/** Header edits on an answer that is about to be handed over. */
record AnswerHeaders(Response.Builder answer) implements HeaderWriter {
    @Override
    public void set(String name, String value) {
        answer.header(name, value);
    }

    @Override
    public void add(String name, String value) {
        answer.addHeader(name, value);
    }

    @Override
    public void remove(String name) {
        answer.removeHeader(name);
    }
}
