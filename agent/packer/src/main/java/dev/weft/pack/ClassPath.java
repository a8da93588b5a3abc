package dev.weft.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The files of a runtime class path, each under the entry that it came from; the first entry wins, lists of services are joined. */
final class ClassPath {
    static final String SERVICES = "META-INF/services/";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Path> origins = new LinkedHashMap<>();

    /** Reads a directory of classes or a jar. Returns the names that it brought. */
    List<String> add(Path entry) throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(entry)) {
            try (var walk = Files.walk(entry)) {
                for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                    String name = entry.relativize(file).toString().replace('\\', '/');
                    put(name, Files.readAllBytes(file), entry, names);
                }
            }
            return names;
        }
        try (ZipFile jar = new ZipFile(entry.toFile())) {
            for (var all = jar.entries(); all.hasMoreElements(); ) {
                ZipEntry file = all.nextElement();
                if (!file.isDirectory()) {
                    try (InputStream in = jar.getInputStream(file)) {
                        put(file.getName(), in.readAllBytes(), entry, names);
                    }
                }
            }
        }
        return names;
    }

    private void put(String name, byte[] bytes, Path entry, List<String> names) {
        if (files.putIfAbsent(name, bytes) == null) {
            origins.put(name, entry);
        } else if (name.startsWith(SERVICES)) {
            files.merge(name, bytes, ClassPath::joined);
        }
        names.add(name);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + 1 + second.length);
        all[first.length] = '\n';
        System.arraycopy(second, 0, all, first.length + 1, second.length);
        return all;
    }

    Iterable<String> names() {
        return files.keySet();
    }

    byte @Nullable [] bytes(String name) {
        return files.get(name);
    }

    byte @Nullable [] classBytes(String internalName) {
        return files.get(internalName + ".class");
    }

    @Nullable
    Path origin(String name) {
        return origins.get(name);
    }
}
