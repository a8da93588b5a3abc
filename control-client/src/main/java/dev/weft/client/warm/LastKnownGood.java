package dev.weft.client.warm;

import dev.weft.client.resource.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What the last run had: resources as they came, and the listeners that were wanted.
 *
 * <p>On disk: eight bytes of magic with the version of the format, the length and the CRC-32 of the
 * rest, the rest. Whatever does not fit exactly is no last-known-good.
 */
record LastKnownGood(Collection<String> wanted, List<Entry> entries) {
    private static final byte[] MAGIC = {'w', 'e', 'f', 't', 'l', 'k', 'g', 2};
    private static final int HEADER = MAGIC.length + 4 + 8;
    private static final Set<ResourceType> KEPT = Set.of(
            ResourceType.DIRECTORY,
            ResourceType.NAME_TABLE,
            ResourceType.RUNTIME,
            ResourceType.LISTENER,
            ResourceType.ROUTES,
            ResourceType.CLUSTER,
            ResourceType.ENDPOINTS);

    record Entry(ResourceType type, String name, String version, byte[] any) {}

    static LastKnownGood of(Store store, Collection<String> wanted) {
        List<Entry> entries = new ArrayList<>();
        for (ResourceType type : ResourceType.values()) {
            if (KEPT.contains(type)) {
                store.held(type)
                        .forEach((name, held) -> entries.add(new Entry(type, name, held.version(), held.any())));
                // After what it takes the place of: the next start must not send in the clear what this one doesn't.
                store.shut(type)
                        .forEach((name, shut) -> entries.add(new Entry(type, name, shut.version(), shut.any())));
            }
        }
        return new LastKnownGood(new TreeSet<>(wanted), entries);
    }

    byte[] encode() {
        var body = new ByteArrayOutputStream();
        var whole = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(body);
                var head = new DataOutputStream(whole)) {
            out.writeInt(wanted.size());
            for (String name : wanted) {
                write(name, out);
            }
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                write(entry.type().name(), out);
                write(entry.name(), out);
                write(entry.version(), out);
                out.writeInt(entry.any().length);
                out.write(entry.any());
            }
            head.write(MAGIC);
            head.writeInt(body.size());
            head.writeLong(checksum(body.toByteArray(), 0));
            head.write(body.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("memory can't fail", e);
        }
        return whole.toByteArray();
    }

    /** Null when the file is cut off, changed or of another version. */
    static @Nullable LastKnownGood decode(byte[] file) {
        if (file.length < HEADER || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))) {
            return null;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(file, MAGIC.length, file.length))) {
            if (in.readInt() != file.length - HEADER || in.readLong() != checksum(file, HEADER)) {
                return null;
            }
            return body(in);
        } catch (IOException | IllegalArgumentException e) {
            // The checksum was right, so another version of us wrote what we can't read.
            return null;
        }
    }

    private static LastKnownGood body(DataInputStream in) throws IOException {
        List<String> wanted = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            wanted.add(text(in));
        }
        List<Entry> entries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            var type = ResourceType.valueOf(text(in));
            String name = text(in);
            String version = text(in);
            entries.add(new Entry(type, name, version, in.readNBytes(in.readInt())));
        }
        return new LastKnownGood(wanted, entries);
    }

    /** A name or a version may be as long as a server likes. */
    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static long checksum(byte[] bytes, int from) {
        var crc = new CRC32();
        crc.update(bytes, from, bytes.length - from);
        return crc.getValue();
    }
}
