package dev.weft.client;

import java.util.concurrent.ThreadFactory;

/** Threads of the client. They keep nothing of the application alive: neither its class loader nor its thread locals. */
final class Threads {
    private Threads() {}

    static ThreadFactory factory(String name) {
        return task -> named(name, task);
    }

    static Thread named(String name, Runnable task) {
        var thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Threads.class.getClassLoader());
        return thread;
    }
}
