package dev.weft.adapters.urlconnection;

import java.io.IOException;

/** Leads out of the library at a redirect to another place: the connection object asks for that place now. */
final class Onward extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Object headers;

    Onward(int status, Object headers) {
        super("redirected to another host");
        this.status = status;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    /** Of the redirecting answer. */
    Object headers() {
        return headers;
    }

    @Override
    public Throwable fillInStackTrace() {
        return this; // nobody sees it
    }
}
