package dev.weft.control.store;

import com.google.protobuf.Any;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One named piece of configuration, ready to be sent.
 *
 * @param version hash of the content: equal content has the same version in every process
 * @param variants what clients see that have labels; null where all see this
 */
public record Resource(
        String type,
        String name,
        String version,
        Any body,
        @Nullable Variants variants) {
    /** One for each thread: to look one up costs as much as a small resource. */
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Resource::digest);

    private static final String PREFIX = "type.googleapis.com/";

    public static Resource of(String name, Message message) {
        return of(name, message, null);
    }

    /**
     * @param message what those clients see that have no labels
     * @param variants what the others see; null for the same
     */
    public static Resource of(String name, Message message, @Nullable Variants variants) {
        String type = PREFIX + message.getDescriptorForType().getFullName();
        byte[] bytes = serialize(message);
        return new Resource(
                type,
                name,
                hash(bytes),
                Any.newBuilder()
                        .setTypeUrl(type)
                        .setValue(UnsafeByteOperations.unsafeWrap(bytes)) // nobody else has them
                        .build(),
                variants);
    }

    /** What a client with these labels sees. */
    Resource seenWith(Map<String, String> labels) {
        return variants == null ? this : variants.of(labels);
    }

    /** Whether all see the same in both. */
    boolean says(Resource other) {
        return version.equals(other.version) && variants == null && other.variants == null;
    }

    /** Maps in a fixed order, so that the hash says whether the content differs. */
    private static byte[] serialize(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("an array of the right size was too small", e);
        }
        return bytes;
    }

    private static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(DIGEST.get().digest(bytes), 0, 8);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
