package dev.weft.client.resource;

import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of any resource: the border behind which there is no protobuf. */
public final class ResourceReader {
    private static final int API_LISTENER = 19;

    private final CertificateSource certificates;

    public ResourceReader(CertificateSource certificates) {
        this.certificates = certificates;
    }

    /**
     * Never throws for what came from outside.
     *
     * @param name as it was subscribed to, canonical
     * @param any the encoded {@code google.protobuf.Any}
     */
    public Reading read(ResourceType type, String name, byte[] any) {
        var findings = new Findings();
        try {
            var envelope = Message.of(any);
            String url = envelope.string(1);
            if (!url.equals(type.url())) {
                return new Reading.Refused(List.of("is a '" + url + "'"));
            }
            var resource = read(type, name, Message.of(envelope.bytes(2)), findings);
            if (resource instanceof Resource.ClusterSpec spec
                    && !ResourceName.canonical(spec.name()).equals(name)) {
                findings.refuse("name", "is '" + spec.name() + "'");
            }
            return findings.errors().isEmpty()
                    ? new Reading.Accepted(resource, findings.unsupported())
                    : new Reading.Refused(findings.errors(), shut(resource, name), findings.waits());
        } catch (Malformed e) {
            return new Reading.Refused(List.of("malformed: " + e.getMessage()));
        } catch (IllegalArgumentException e) { // what a type of the engine refuses, and no reader has found
            return new Reading.Refused(
                    findings.errors().isEmpty() ? List.of(String.valueOf(e.getMessage())) : findings.errors());
        }
    }

    /** Nothing travels in the clear to a cluster that asks for TLS, whatever it is refused for. */
    private static @Nullable Resource shut(Resource resource, String name) {
        return resource instanceof Resource.ClusterSpec spec
                        && spec.transport() != Transport.PLAINTEXT
                        && ResourceName.canonical(spec.name()).equals(name)
                ? spec.shut()
                : null;
    }

    /**
     * Whether the bytes are a listener for callers, not one that a proxy is to open.
     *
     * @param any the encoded {@code google.protobuf.Any}
     */
    public static boolean forCallers(byte[] any) {
        try {
            return Message.of(Message.of(any).bytes(2)).has(API_LISTENER);
        } catch (Malformed e) {
            return false;
        }
    }

    /**
     * The names that stand in several parts. A host's own name is never hidden by what another goes by.
     *
     * @param parts encoded, each found good by {@link #read}
     */
    public static Map<String, Directory.Entry> names(Collection<byte[]> parts) {
        return DirectoryReader.merged(parts);
    }

    private Resource read(ResourceType type, String name, Message message, Findings findings) {
        return switch (type) {
            case DIRECTORY -> DirectoryReader.read(name, message, findings);
            case NAME_TABLE -> NameTableReader.read(message, name);
            case RUNTIME -> RuntimeReader.read(message, findings);
            case LISTENER -> new ListenerReader(findings).read(message);
            case ROUTES -> new RouteReader(findings).read(message);
            case CLUSTER -> new ClusterReader(findings, certificates).read(message);
            case ENDPOINTS -> new EndpointReader(findings).read(message);
            case REGISTRATION ->
                new Resource.Registered(
                        message.string(1), message.string(2), (int) message.number(3), message.string(6));
        };
    }
}
