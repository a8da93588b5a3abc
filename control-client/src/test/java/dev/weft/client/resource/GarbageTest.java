package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Message;
import dev.weft.client.Xds;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class GarbageTest {
    private final ResourceReader reader = new ResourceReader(CertificateSource.NONE);

    private void reads(ResourceType type, byte[] any) {
        assertInstanceOf(Reading.class, reader.read(type, "c", any));
    }

    @Test
    void aResourceCutOffAnywhereIsReadOrRefusedButNeverThrows() {
        cut(ResourceType.LISTENER, Xds.listener("c", "r"));
        cut(ResourceType.ROUTES, Xds.routes("order", "a", "b"));
        cut(ResourceType.CLUSTER, Xds.eds("c"));
        cut(ResourceType.ENDPOINTS, Xds.endpoints("c", 1, 2, 3));
        cut(ResourceType.DIRECTORY, Xds.directory("a", "b"));
    }

    private void cut(ResourceType type, Message message) {
        byte[] whole = Xds.any(message).toByteArray();
        byte[] inner = message.toByteArray();
        for (int length = 0; length <= whole.length; length++) {
            reads(type, java.util.Arrays.copyOf(whole, length));
        }
        for (int length = 0; length <= inner.length; length++) {
            var any = com.google.protobuf.Any.newBuilder()
                    .setTypeUrl(type.url())
                    .setValue(com.google.protobuf.ByteString.copyFrom(inner, 0, length));
            reads(type, any.build().toByteArray());
        }
    }

    @RepeatedTest(5)
    void aResourceWithChangedBytesIsReadOrRefusedButNeverThrows(org.junit.jupiter.api.RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var types = new ResourceType[] {
            ResourceType.LISTENER, ResourceType.ROUTES, ResourceType.CLUSTER, ResourceType.ENDPOINTS
        };
        var messages = new Message[] {
            Xds.listener("c", "r"), Xds.routes("order", "a", "b"), Xds.eds("c"), Xds.endpoints("c", 1, 2, 3)
        };
        for (int i = 0; i < 4000; i++) {
            int which = i % types.length;
            byte[] bytes = Xds.any(messages[which]).toByteArray();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            reads(types[which], bytes);
        }
    }
}
