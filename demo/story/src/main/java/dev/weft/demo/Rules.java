package dev.weft.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The directory of rules that the control plane reads, changed as an operator does: by saving a file. */
final class Rules {
    static final String ROUTES = "order-routes.yaml";

    private final Path shipped;
    private final Path live;

    Rules(Path shipped, Path live) throws IOException {
        this.shipped = shipped;
        this.live = Files.createDirectories(live);
        Files.copy(shipped.resolve("order-versions.yaml"), live.resolve("order-versions.yaml"));
        Files.copy(shipped.resolve(ROUTES), live.resolve(ROUTES));
    }

    /** Puts a shipped change in the place of the live routes, at once and whole; answers when that was. */
    long save(String change) throws IOException {
        var next = live.resolve("." + ROUTES + ".new");
        Files.copy(shipped.resolve("changes").resolve(change + ".yaml"), next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, live.resolve(ROUTES), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return System.nanoTime();
    }

    Path live() {
        return live;
    }
}
