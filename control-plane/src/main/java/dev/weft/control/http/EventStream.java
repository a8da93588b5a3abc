package dev.weft.control.http;

/** A stream of server-sent events (WHATWG HTML, section 9.2) to one client. Safe from any thread. */
public interface EventStream {
    /** Whether the client keeps up: what is sent beyond that piles up in memory. */
    boolean isReady();

    /** @param data one line */
    void send(String event, String data);

    /** A sign of life that means nothing. */
    void comment();

    /** Told, on a network thread, when the client keeps up again. */
    void onReady(Runnable task);

    /** Told once, on a network thread, when the stream has ended, whoever ended it. */
    void onEnd(Runnable task);

    void close();
}
