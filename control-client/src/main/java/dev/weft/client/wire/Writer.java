package dev.weft.client.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a protobuf message, field by field; what is empty is left out, as proto3 does. */
public final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    public Writer number(int field, long value) {
        if (value != 0) {
            varint((long) field << 3);
            varint(value);
        }
        return this;
    }

    /** Also writes zero: for members of a oneof. */
    public Writer real(int field, double value) {
        varint((long) field << 3 | 1);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (bits >>> shift));
        }
        return this;
    }

    /** Also writes {@code false} and the first of an enum: for members of a oneof. */
    public Writer choice(int field, int value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    public Writer string(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Also writes an empty value: for members of a oneof, and messages whose presence says something. */
    public Writer bytes(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        out.write(value, 0, value.length);
        return this;
    }

    public Writer message(int field, Writer nested) {
        return bytes(field, nested.toBytes());
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        while ((value & ~0x7FL) != 0) {
            out.write((int) value & 0x7F | 0x80);
            value >>>= 7;
        }
        out.write((int) value);
    }
}
