package dev.weft.control.serve;

import dev.weft.control.store.Resource;
import dev.weft.control.store.Source;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A type that nobody here has heard of: whatever is asked for does not exist. */
final class Nothing implements Source {
    static final Nothing INSTANCE = new Nothing();

    private Nothing() {}

    @Override
    public @Nullable Resource get(String name) {
        return null;
    }

    @Override
    public Collection<String> names() {
        return List.of();
    }

    @Override
    public void subscribe(String name, Watcher watcher) {}

    @Override
    public void unsubscribe(String name, Watcher watcher) {}

    @Override
    public void subscribeAll(Watcher watcher) {}

    @Override
    public void unsubscribeAll(Watcher watcher) {}
}
