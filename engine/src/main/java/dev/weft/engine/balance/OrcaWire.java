package dev.weft.engine.balance;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The encoded message {@code OrcaLoadReport}. */
final class OrcaWire {
    /** By number; 0 is none. */
    private static final String[] NAMES = {
        "",
        "cpu_utilization",
        "mem_utilization",
        "rps",
        "request_cost",
        "utilization",
        "rps_fractional",
        "eps",
        "named_metrics",
        "application_utilization"
    };

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private OrcaWire() {}

    /** Whether it could be read whole. */
    static boolean read(byte[] message, OrcaReport into) {
        try {
            return fields(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN), into);
        } catch (BufferUnderflowException | IllegalArgumentException cutOff) {
            return false;
        }
    }

    private static boolean fields(ByteBuffer in, OrcaReport into) {
        while (in.hasRemaining()) {
            long tag = varint(in);
            String name = tag >>> 3 > 0 && tag >>> 3 < NAMES.length ? NAMES[(int) (tag >>> 3)] : "";
            switch ((int) tag & 7) {
                case VARINT -> {
                    long number = varint(in);
                    if (name.equals("rps") && !into.metric(name, number)) {
                        return false;
                    }
                }
                case FIXED64 -> {
                    double value = in.getDouble();
                    if (!name.isEmpty() && !into.metric(name, value)) {
                        return false;
                    }
                }
                case BYTES -> {
                    ByteBuffer nested = nested(in);
                    if (!name.isEmpty() && !entry(name, nested, into)) {
                        return false;
                    }
                }
                case FIXED32 -> in.getInt();
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    /** An entry of a map: {@code string key = 1; double value = 2}. */
    private static boolean entry(String map, ByteBuffer in, OrcaReport into) {
        String key = "";
        double value = 0;
        while (in.hasRemaining()) {
            long tag = varint(in);
            if (tag == (1 << 3 | BYTES)) {
                key = StandardCharsets.UTF_8.decode(nested(in)).toString();
            } else if (tag == (2 << 3 | FIXED64)) {
                value = in.getDouble();
            } else {
                return false;
            }
        }
        return into.metric(map + "." + key, value);
    }

    private static ByteBuffer nested(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is longer than 10 bytes");
    }
}
