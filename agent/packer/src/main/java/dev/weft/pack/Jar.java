package dev.weft.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the jar: the manifest first, the rest by name, the same bytes for the same input. What every start
 * reads is stored, because inflating it would take longer than reading more.
 */
final class Jar {
    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private Jar() {}

    static void write(Path target, String version, Map<String, byte[]> files) throws IOException {
        String manifest = "Manifest-Version: 1.0\r\n"
                + "Premain-Class: dev.weft.bootstrap.Premain\r\n"
                + "Agent-Class: dev.weft.bootstrap.Premain\r\n"
                + "Can-Retransform-Classes: true\r\n"
                + "Can-Redefine-Classes: true\r\n"
                + "Implementation-Title: Weft agent\r\n"
                + "Implementation-Version: " + version + "\r\n\r\n";
        Path unfinished = target.resolveSibling(target.getFileName() + ".tmp");
        try (OutputStream file = Files.newOutputStream(unfinished);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(9);
            put(out, "META-INF/MANIFEST.MF", manifest.getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                put(out, each.getKey(), each.getValue());
            }
        }
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void put(ZipOutputStream out, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        if (name.startsWith("inst/") || name.startsWith("META-INF/weft/")) {
            CRC32 sum = new CRC32();
            sum.update(bytes);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(bytes.length);
            entry.setCrc(sum.getValue());
        }
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }
}
