package dev.weft.agent.workload;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Daemon threads that keep nothing of the application thread on which they happen to be made: not its class
 * loader, not its thread locals, and not the protection domains on its stack, which until JDK 23 a thread
 * remembers for access control; a web application could never be unloaded.
 */
public final class Daemon {
    private Daemon() {}

    @SuppressWarnings("removal") // where it does nothing any more, there is nothing to cut off either
    public static Thread of(String name, Runnable task) {
        return AccessController.doPrivileged(new PrivilegedAction<Thread>() {
            @Override
            public Thread run() {
                Thread thread = new Thread(null, task, name, 0, false);
                thread.setDaemon(true);
                thread.setContextClassLoader(Daemon.class.getClassLoader());
                return thread;
            }
        });
    }
}
