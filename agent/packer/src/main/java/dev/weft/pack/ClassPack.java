package dev.weft.pack;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Many classes in one file, as {@code dev.weft.bootstrap.ClassPack} describes it and reads it. */
final class ClassPack {
    private final Map<String, byte[]> records = new TreeMap<>();

    /** @param name with dots */
    void add(String name, byte[] classFile) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            new DataOutputStream(record).writeUTF(name);
            try (DeflaterOutputStream out = new DeflaterOutputStream(record, deflater)) {
                out.write(classFile);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            deflater.end();
        }
        records.put(name, record.toByteArray());
    }

    byte[] bytes() {
        int slots = Integer.highestOneBit(Math.max(1, records.size())) * 4; // between a quarter and a half full
        int begin = 4 + slots * 12;
        ByteBuffer table = ByteBuffer.allocate(begin);
        table.putInt(0, slots);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> record : records.entrySet()) {
            int hash = record.getKey().hashCode();
            int slot = hash & slots - 1;
            while (table.getInt(4 + slot * 12 + 8) != 0) {
                slot = slot + 1 & slots - 1;
            }
            table.putInt(4 + slot * 12, hash);
            table.putInt(4 + slot * 12 + 4, begin + all.size());
            table.putInt(4 + slot * 12 + 8, record.getValue().length);
            all.writeBytes(record.getValue());
        }
        return ByteBuffer.allocate(begin + all.size())
                .put(table.rewind())
                .put(all.toByteArray())
                .array();
    }
}
