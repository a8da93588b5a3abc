package dev.weft.telemetry.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one protobuf message. Zero and empty are left out, as proto3 has it, unless said otherwise. */
final class ProtoWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    ProtoWriter number(int field, long value) {
        return value == 0 ? this : written(field, value);
    }

    /** Also writes zero: for members of a oneof. */
    ProtoWriter written(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    ProtoWriter fixed64(int field, long value) {
        varint((long) field << 3 | 1);
        raw(value);
        return this;
    }

    ProtoWriter fixed32(int field, int value) {
        varint((long) field << 3 | 5);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    ProtoWriter real(int field, double value) {
        return fixed64(field, Double.doubleToRawLongBits(value));
    }

    /** Repeated values of 64 bits. */
    ProtoWriter packed(int field, long... values) {
        varint((long) field << 3 | 2);
        varint(values.length * 8L);
        for (long value : values) {
            raw(value);
        }
        return this;
    }

    ProtoWriter text(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Also writes an empty value: for members of a oneof. */
    ProtoWriter bytes(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        out.write(value, 0, value.length);
        return this;
    }

    ProtoWriter message(int field, ProtoWriter nested) {
        varint((long) field << 3 | 2);
        varint(nested.out.size());
        out.writeBytes(nested.toBytes());
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private void raw(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            out.write((int) (value >>> shift));
        }
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
