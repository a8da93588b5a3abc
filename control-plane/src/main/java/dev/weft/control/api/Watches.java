package dev.weft.control.api;

import dev.weft.control.http.EventStream;
import dev.weft.control.http.Response;
import dev.weft.control.queue.SerialQueue;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everyone who watches. Used from the serial queue only. */
final class Watches {
    static final int MOST = 100;
    static final Duration BEAT = Duration.ofSeconds(15);
    private static final int PATIENCE = 4;

    private final SerialQueue queue;
    private final Set<Watch> watches = new LinkedHashSet<>();

    /** The next beat is due, whoever has come and gone meanwhile. */
    private boolean isBeating;

    Watches(SerialQueue queue) {
        this.queue = queue;
    }

    void begin(Call call, Feed feed) {
        if (watches.size() >= MOST) {
            call.exchange()
                    .answer(Response.problem(503, "there are " + MOST + " watchers already")
                            .with("Retry-After", "10"));
            return;
        }
        EventStream stream = call.exchange().events();
        Watch watch = new Watch(feed, stream);
        watches.add(watch);
        stream.onEnd(() -> queue.execute(() -> watches.remove(watch)));
        stream.onReady(() -> queue.execute(watch::flush));
        if (!isBeating) {
            isBeating = true;
            queue.after(BEAT, this::beat);
        }
    }

    private void beat() {
        isBeating = !watches.isEmpty();
        if (isBeating) {
            queue.after(BEAT, this::beat);
        }
        List.copyOf(watches).forEach(watch -> watch.beat(PATIENCE));
    }

    int size() {
        return watches.size();
    }

    void changed(Class<? extends Feed> kind, String group) {
        if (watches.isEmpty()) {
            return;
        }
        List.copyOf(watches).stream()
                .filter(watch -> kind.isInstance(watch.feed()))
                .forEach(watch -> watch.changed(group));
    }

    void allChanged(Class<? extends Feed> kind) {
        List.copyOf(watches).stream()
                .filter(watch -> kind.isInstance(watch.feed()))
                .forEach(Watch::allChanged);
    }

    void close() {
        List.copyOf(watches).forEach(Watch::close);
    }
}
