package dev.weft.health;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of gRPC's health checking protocol, of one field each, as bytes: the proxy has no generated classes
 * (<a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">health-checking.md</a>).
 */
final class HealthMessages {
    private static final int SERVICE = 1 << 3 | 2;
    private static final int STATUS = 1 << 3;
    private static final String[] NAMES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
    private static final String NO_MESSAGE = "answers something that is no HealthCheckResponse";

    static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private HealthMessages() {}

    /** A {@code HealthCheckRequest}; an empty service is left out, as every default is. */
    static byte[] request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0) {
            return name;
        }
        ByteBuffer out = ByteBuffer.allocate(name.length + 6).put((byte) SERVICE);
        int rest = name.length;
        for (; rest > 0x7f; rest >>>= 7) {
            out.put((byte) (rest & 0x7f | 0x80));
        }
        out.put((byte) rest).put(name).flip();
        byte[] message = new byte[out.remaining()];
        out.get(message);
        return message;
    }

    /**
     * What a {@code HealthCheckResponse} says is wrong; null when it says SERVING.
     *
     * @param response null where none came
     */
    static @Nullable String failure(byte @Nullable [] response) {
        if (response == null) {
            return "answers nothing";
        }
        long status = 0;
        ByteBuffer in = ByteBuffer.wrap(response);
        try {
            while (in.hasRemaining()) {
                long tag = varint(in);
                if (tag == STATUS) {
                    status = varint(in);
                } else if (!skip(in, (int) (tag & 7))) {
                    return NO_MESSAGE;
                }
            }
        } catch (BufferUnderflowException e) {
            return NO_MESSAGE;
        }
        return status == 1 ? null : "answers " + (status >= 0 && status < NAMES.length ? NAMES[(int) status] : status);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BufferUnderflowException(); // longer than any number is
    }

    /** Over the value of a field that we don't know. */
    private static boolean skip(ByteBuffer in, int wireType) {
        long octets = switch (wireType) {
            case 0 -> {
                varint(in);
                yield 0;
            }
            case 1 -> Long.BYTES;
            case 2 -> varint(in);
            case 5 -> Integer.BYTES;
            default -> -1;
        };
        if (octets < 0 || octets > in.remaining()) {
            return false;
        }
        in.position(in.position() + (int) octets);
        return true;
    }
}
