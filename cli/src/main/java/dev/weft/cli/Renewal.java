package dev.weft.cli;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * A registration that is renewed until it is ended. What it says to the control plane it says one after the other, so
 * that no renewal on its way brings back what has been ended.
 */
final class Renewal {
    private final Rest rest;
    private final String path;
    private final Registering registering;
    private final PrintWriter err;
    private volatile boolean isEnded;

    /** Registers anew. */
    interface Registering {
        void register() throws IOException;
    }

    Renewal(Rest rest, String path, Registering registering, PrintWriter err) {
        this.rest = rest;
        this.path = path;
        this.registering = registering;
        this.err = err;
    }

    synchronized void renew() {
        if (isEnded) {
            return;
        }
        try {
            try {
                rest.change("POST", path + "/renew", "", "");
            } catch (Rest.RefusedException e) {
                if (e.status() != 404) {
                    throw e;
                }
                if (!isEnded) {
                    registering.register(); // it had been away for longer than its lease
                }
            }
        } catch (IOException e) {
            err.println("not renewed, trying again: " + e.getMessage());
        }
    }

    /** Deregisters, after what is on its way. */
    void end() {
        isEnded = true;
        synchronized (this) {
            try {
                rest.change("DELETE", path, "", "");
            } catch (IOException e) {
                // It can't be said any more; the lease ends by itself.
                err.println("not deregistered: " + e.getMessage());
            }
        }
    }
}
