package dev.weft.engine;

import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/** A GET without headers, but for what those say who implement it. */
public interface PlainGet extends Request {
    @Override
    default int port() {
        return 80;
    }

    @Override
    default boolean secure() {
        return false;
    }

    @Override
    default String method() {
        return "GET";
    }

    @Override
    default String path() {
        return "/";
    }

    @Override
    default @Nullable String header(String name) {
        return null;
    }

    @Override
    default boolean replayable() {
        return true;
    }
}
