package dev.weft.proxy.dns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The file itself: says when it is another one. It looks at what the path leads to, so that it sees a
 * rename over it, a symbolic link that is turned to another file, and a bind mount, of which the
 * directory that is watched says nothing.
 */
final class ResolvConfFile {
    private static final long MOST_BYTES = 64 * 1024;

    private final Path path;
    private @Nullable Seen seen;

    /** What tells one content from another without reading it. */
    private record Seen(@Nullable Object key, FileTime modified, long size) {}

    ResolvConfFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /**
     * What it says now; null when it is the same as the last time, isn't there, or names no server, which is
     * how it looks while somebody writes it. What was known stays good then.
     */
    @Nullable
    ResolvConf changed() throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        var now = new Seen(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        if (now.equals(seen)) {
            return null;
        }
        if (now.size > MOST_BYTES) {
            throw new IOException(path + " has " + now.size + " bytes, more than " + MOST_BYTES);
        }
        // ISO 8859-1: a comment in whatever encoding must not make it unreadable.
        var conf = ResolvConf.parse(Files.readString(path, StandardCharsets.ISO_8859_1));
        seen = now;
        return conf.servers().isEmpty() ? null : conf;
    }
}
