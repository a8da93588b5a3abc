package dev.weft.proxy.http1;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Pages that are made here, for people and probes. Asked on the event loop, so what takes its time is made elsewhere. */
@FunctionalInterface
public interface Pages {
    /** The headers that pages are told of. */
    List<String> HEADERS = List.of("host", "accept", "authorization", "origin");

    /** @param answer takes the page, once and on any thread */
    void ask(Asked asked, Consumer<Page> answer);

    /**
     * @param target path and query
     * @param headers first values of {@link #HEADERS}
     */
    record Asked(String method, String target, Map<String, String> headers) {}

    record Page(int status, String contentType, String text) {}
}
