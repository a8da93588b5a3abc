package dev.weft.client.ads;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes as they are: messages are encoded and read by ourselves. */
public final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    public static final Raw BYTES = new Raw();

    private Raw() {}

    @Override
    public InputStream stream(byte[] value) {
        return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw Status.INTERNAL.withCause(e).asRuntimeException();
        }
    }
}
