package dev.weft.control.registry;

/** Where the registry is kept beyond this process: it hears of every change of it. */
public interface RegistryStore extends Registry.Listener {
    /** Takes over what is kept, and keeps what changes from now on. Called on the queue that owns the registry. */
    void begin();

    /**
     * Runs a task when all that has changed until now is where a process that is killed leaves it, or can't be brought
     * there, which the log says. Called on that queue, and runs it there.
     */
    default void whenKept(Runnable task) {
        task.run();
    }

    /** Writes what is not written yet, whatever is on its way. Called on that queue. */
    void save();
}
