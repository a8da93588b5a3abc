package dev.weft.bootstrap;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the agent and of the bundled libraries, in one stored entry of the agent jar. As entries of their own
 * they would cost every start of a JVM: its directory of the jar is built entry by entry, in the interpreter.
 *
 * <p>The entry begins with a hash table: the number of slots, a power of two, and for each slot the hash
 * of a class name, where its record begins in the entry, and how long that is; 0 for a free slot. A name
 * stands in the first free slot from its hash on. A record is the name, then the class file, deflated.
 * All numbers are 32 bits, big-endian; hashes are those of {@link String#hashCode()}.
 */
final class ClassPack {
    private static final int SLOT = 12;

    private final ZipFile jar;
    private final ZipEntry entry;
    private @Nullable ByteBuffer table;

    ClassPack(ZipFile jar, ZipEntry entry) {
        this.jar = jar;
        this.entry = entry;
    }

    /** The class file of this name, or null. */
    byte @Nullable [] find(String name) throws IOException {
        ByteBuffer slots = table();
        int mask = slots.capacity() / SLOT - 1;
        int hash = name.hashCode();
        for (int slot = hash & mask; ; slot = slot + 1 & mask) {
            int at = slot * SLOT;
            int length = slots.getInt(at + 8);
            if (length == 0) {
                return null;
            }
            if (slots.getInt(at) == hash) {
                DataInputStream in = new DataInputStream(
                        new ByteArrayInputStream(read(Integer.toUnsignedLong(slots.getInt(at + 4)), length)));
                if (in.readUTF().equals(name)) {
                    return inflated(in);
                }
            }
        }
    }

    private static byte[] inflated(InputStream in) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            return new InflaterInputStream(in, inflater).readAllBytes();
        } finally {
            inflater.end();
        }
    }

    private synchronized ByteBuffer table() throws IOException {
        ByteBuffer known = table;
        if (known == null) {
            int slots = ByteBuffer.wrap(read(0, 4)).getInt();
            known = ByteBuffer.wrap(read(4, slots * SLOT));
            table = known;
        }
        return known;
    }

    private byte[] read(long from, int length) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            in.skipNBytes(from);
            return in.readNBytes(length);
        }
    }
}
