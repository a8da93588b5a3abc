package dev.weft.control.registry;

/** Where the registry is kept beyond this process: it hears of every change of it. */
public interface RegistryStore extends Registry.Listener {
    /** Takes over what is kept, and keeps what changes from now on. Called on the queue that owns the registry. */
    void begin();

    /** Writes what is not written yet, whatever is on its way. Called on that queue. */
    void save();
}
