package dev.weft.control.store;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Resources of one type as a client with these labels sees them. */
record LabelledView(Source source, Map<String, String> labels) implements Source {
    LabelledView {
        labels = Map.copyOf(labels);
    }

    @Override
    public @Nullable Resource get(String name) {
        Resource resource = source.get(name);
        return resource == null ? null : resource.seenWith(labels);
    }

    @Override
    public @Nullable String refusal(String name) {
        return source.refusal(name);
    }

    @Override
    public Collection<String> names() {
        return source.names();
    }

    @Override
    public void subscribe(String name, Watcher watcher) {
        source.subscribe(name, watcher);
    }

    @Override
    public void unsubscribe(String name, Watcher watcher) {
        source.unsubscribe(name, watcher);
    }

    @Override
    public void subscribeAll(Watcher watcher) {
        source.subscribeAll(watcher);
    }

    @Override
    public void unsubscribeAll(Watcher watcher) {
        source.unsubscribeAll(watcher);
    }
}
