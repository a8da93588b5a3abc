package dev.weft.control.store;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resources of one type with some of them replaced. */
record View(Source own, Source all) implements Source {
    @Override
    public @Nullable Resource get(String name) {
        Resource replaced = own.get(name);
        return replaced == null ? all.get(name) : replaced;
    }

    @Override
    public Collection<String> names() {
        Set<String> names = new LinkedHashSet<>(all.names());
        names.addAll(own.names());
        return names;
    }

    @Override
    public void subscribe(String name, Watcher watcher) {
        own.subscribe(name, watcher);
        all.subscribe(name, watcher);
    }

    @Override
    public void unsubscribe(String name, Watcher watcher) {
        own.unsubscribe(name, watcher);
        all.unsubscribe(name, watcher);
    }

    @Override
    public void subscribeAll(Watcher watcher) {
        own.subscribeAll(watcher);
        all.subscribeAll(watcher);
    }

    @Override
    public void unsubscribeAll(Watcher watcher) {
        own.unsubscribeAll(watcher);
        all.unsubscribeAll(watcher);
    }
}
