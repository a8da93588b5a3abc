package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Message;
import dev.weft.client.Xds;

/** Short words for reading resources in tests. */
final class Read {
    private Read() {}

    static Reading reading(ResourceType type, Message message) {
        return new ResourceReader(CertificateSource.NONE)
                .read(type, "c", Xds.any(message).toByteArray());
    }

    static Resource accepted(ResourceType type, Message message) {
        var reading = reading(type, message);
        return assertInstanceOf(Reading.Accepted.class, reading, reading.toString())
                .resource();
    }

    /** Why a route table is refused. */
    static String refused(Message routes) {
        var reading = reading(ResourceType.ROUTES, routes);
        var refused = assertInstanceOf(Reading.Refused.class, reading, reading.toString());
        return String.join("\n", refused.reasons());
    }
}
