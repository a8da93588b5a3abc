package dev.weft.proxy.dns;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows resolv.conf on a thread of its own: told by the kernel about its directory and about the one that
 * it leads to, and looking by itself every five seconds for what the kernel says nothing of.
 */
final class ResolvConfWatch implements AutoCloseable {
    private static final long LOOK_SECONDS = 5;

    private final ResolvConfFile file;
    private final Consumer<ResolvConf> changed;
    private final Consumer<String> log;
    private final WatchService watch;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private String complaint = "";

    /**
     * @param changed gets what it says, on the thread of the watch
     */
    ResolvConfWatch(ResolvConfFile file, Consumer<ResolvConf> changed, Consumer<String> log) throws IOException {
        this.file = file;
        this.changed = changed;
        this.log = log;
        this.watch = file.path().toAbsolutePath().getFileSystem().newWatchService();
        watchDirectories();
        var thread = new Thread(this::run, "weft-resolv-conf");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                look();
                var key = watch.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    if (!key.reset()) {
                        watched.values().remove(key);
                    }
                }
            }
        } catch (ClosedWatchServiceException e) {
            return; // closed on purpose
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            watchDirectories(); // before it is read: what changes after that is told
            ResolvConf now = file.changed();
            if (now != null) {
                changed.accept(now);
            }
            complaint = "";
        } catch (IOException | RuntimeException e) {
            if (e instanceof ClosedWatchServiceException closed) {
                throw closed;
            }
            String message = file.path() + " can't be followed, its last content stays: " + e;
            if (!message.equals(complaint)) {
                log.accept(message);
                complaint = message;
            }
        }
    }

    private void watchDirectories() {
        Path path = file.path().toAbsolutePath();
        add(path.getParent());
        try {
            add(path.toRealPath().getParent());
        } catch (IOException e) {
            return; // it isn't there, or its link leads nowhere; the first directory tells when that changes
        }
    }

    private void add(@Nullable Path directory) {
        if (directory != null && !watched.containsKey(directory)) {
            try {
                watched.put(
                        directory,
                        directory.register(
                                watch,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE));
            } catch (IOException e) {
                return; // no such directory, or no watches left: looking by itself remains
            }
        }
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
