package dev.weft.control.http;

/** Where the answer to one request goes. Safe from any thread; the first answer counts. */
public interface Exchange {
    void answer(Response response);

    /** Answers with a stream of events, which lasts until either side ends it. */
    EventStream events();
}
