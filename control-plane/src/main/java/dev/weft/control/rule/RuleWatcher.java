package dev.weft.control.rule;

import dev.weft.control.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes of the rule files when they are saved. The system's notifications make it quick;
 * a look every second makes it certain, also on file systems that notify nobody.
 */
public final class RuleWatcher implements AutoCloseable {
    private static final long POLL_MILLIS = 1_000;

    /** An editor writes, renames and deletes within milliseconds; one look after that is enough. */
    private static final long QUIET_MILLIS = 50;

    private static final int MAX_QUIET_ROUNDS = 10;

    /** A file that never comes to rest must not hold up the others for ever. */
    private static final int MAX_SETTLING_ROUNDS = 200;

    private final Path root;
    private final Predicate<Set<Path>> scan;
    private final LongSupplier clock;
    private final Log log;
    private final Map<WatchKey, Path> keys = new HashMap<>();
    private final @Nullable WatchService watch;
    private final Thread thread;
    private volatile boolean isClosed;

    /**
     * Starts to watch; the first scan has been made.
     *
     * @param scan told what was touched, on the watcher's thread; answers whether anything is different
     */
    public RuleWatcher(Path root, Predicate<Set<Path>> scan, Log log) {
        this(root, scan, System::currentTimeMillis, log);
    }

    /** @param clock milliseconds, by which files are stamped */
    RuleWatcher(Path root, Predicate<Set<Path>> scan, LongSupplier clock, Log log) {
        this.root = root;
        this.scan = scan;
        this.clock = clock;
        this.log = log;
        this.watch = open();
        this.thread = new Thread(this::run, "weft-rules");
        thread.setDaemon(true);
        thread.start();
    }

    private @Nullable WatchService open() {
        try {
            return root.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            log.warn("rules: no notifications here, looking every " + POLL_MILLIS + " ms: " + e.getMessage());
            return null;
        }
    }

    private void run() {
        register();
        while (!isClosed) {
            try {
                Set<Path> touched = awaitChange();
                settle(touched);
                if (!isClosed && scan.test(touched)) {
                    register();
                }
            } catch (InterruptedException | ClosedWatchServiceException e) {
                if (!isClosed) {
                    log.error("rules: the watcher was stopped from outside", e);
                }
                return;
            } catch (RuntimeException | Error e) {
                // Whatever a file did to us, the next change must still be seen.
                log.error("rules: a look at the files failed", e);
            }
        }
    }

    private Set<Path> awaitChange() throws InterruptedException {
        Set<Path> touched = new HashSet<>();
        if (watch == null) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            return touched;
        }
        WatchKey key = watch.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        for (int rounds = 0; key != null && rounds < MAX_QUIET_ROUNDS; rounds++) {
            drain(key, touched);
            key = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (key != null) {
            drain(key, touched);
        }
        return touched;
    }

    /** What is half written is neither good nor bad yet: what is in force stays until it is whole. */
    private void settle(Set<Path> touched) throws InterruptedException {
        for (int rounds = 0;
                !isClosed && rounds < MAX_SETTLING_ROUNDS && !Settled.all(root, clock.getAsLong());
                rounds++) {
            WatchKey key = watch == null ? null : watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
            if (key != null) {
                drain(key, touched);
            } else if (watch == null) {
                TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
            }
        }
    }

    private void drain(WatchKey key, Set<Path> touched) {
        Path parent = keys.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (parent != null && event.context() instanceof Path name) {
                touched.add(parent.resolve(name));
            }
        }
        if (!key.reset()) {
            keys.remove(key);
        }
    }

    private void register() {
        if (watch == null) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root, 8, FileVisitOption.FOLLOW_LINKS)) {
            for (Path found : walk.filter(Files::isDirectory).toList()) {
                WatchKey key = found.register(
                        watch,
                        StandardWatchEventKinds.ENTRY_CREATE,
                        StandardWatchEventKinds.ENTRY_MODIFY,
                        StandardWatchEventKinds.ENTRY_DELETE);
                keys.put(key, found);
            }
        } catch (ClosedWatchServiceException e) {
            return; // it was closed before it had begun
        } catch (IOException | UncheckedIOException e) {
            log.warn("rules unwatched", "rules: not watched, looking every " + POLL_MILLIS + " ms: " + e);
        }
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        try {
            if (watch != null) {
                watch.close();
            }
            thread.join(2_000);
        } catch (IOException e) {
            log.warn("rules: the watcher did not close cleanly: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
