package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.List;

/** {@code transport_socket} with an {@code UpstreamTlsContext}. What is not understood here is refused, never sent in the clear. */
final class TlsReader {
    private static final String TLS =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private static final String RAW = "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
    /** Kinds of {@code SubjectAltNameMatcher.san_type} as X.509 numbers them: EMAIL, DNS, URI, IP_ADDRESS. */
    private static final int[] KINDS = {0, 1, 2, 6, 7};

    private final Findings findings;
    private final CertificateSource certificates;

    TlsReader(Findings findings, CertificateSource certificates) {
        this.findings = findings;
        this.certificates = certificates;
    }

    Transport read(Message cluster) {
        if (cluster.has(43)) {
            cluster.messages(43);
            findings.refuse("transport_socket_matches", "TLS by endpoint is not supported here");
        }
        if (!cluster.has(24)) {
            return Transport.PLAINTEXT;
        }
        var config = cluster.message(24).message(3);
        String url = config.string(1);
        if (url.equals(RAW)) {
            return Transport.PLAINTEXT;
        }
        if (!url.equals(TLS)) {
            findings.refuse("transport_socket", "'" + url + "' is not known here");
            return new Transport.Unavailable("unknown transport socket");
        }
        return tls(Message.of(config.bytes(2)));
    }

    private Transport tls(Message context) {
        var common = context.message(1);
        String sni = context.string(2);
        context.ignore(3, 4, 5);
        findings.unread(context, "UpstreamTlsContext");
        String identity = instance(common, 14, 11);
        var validation = common.has(8) ? common.message(8).message(1) : common.message(3);
        String roots = roots(common, validation);
        var expected = expected(validation);
        // Without these the check of the peer would be weaker than the rule asks for.
        refuseSet(validation, "CertificateValidationContext", 1, 2, 3, 7, 12, 14, 16, 17);
        refuseSet(common, "CommonTlsContext", 2, 6, 7, 9, 10, 13, 16);
        common.ignore(1, 4, 12);
        if (roots.isEmpty()) {
            findings.refuse("transport_socket", "names no authorities to trust");
            return new Transport.Unavailable("no authorities to trust");
        }
        try {
            var names = new ArrayList<String>();
            expected.forEach(match -> names.add(match.shown()));
            return new Transport.Tls(certificates.context(identity, roots, expected, sni), sni, names);
        } catch (CertificateSource.Unavailable e) {
            return new Transport.Unavailable(String.valueOf(e.getMessage()));
        }
    }

    private void refuseSet(Message message, String type, int... fields) {
        for (int field : fields) {
            if (message.has(field)) {
                findings.refuse("transport_socket", type + "." + FieldNames.of(type, field) + " is not supported here");
            }
        }
    }

    private static String instance(Message message, int field, int deprecated) {
        return message.message(message.has(field) ? field : deprecated).string(1);
    }

    private static String roots(Message common, Message validation) {
        if (validation.has(13)) {
            return validation.message(13).string(1);
        }
        return common.has(8)
                ? common.message(8).message(4).string(1)
                : common.message(12).string(1);
    }

    private List<SanMatch> expected(Message validation) {
        List<SanMatch> all = new ArrayList<>();
        for (Message typed : validation.messages(15)) {
            int kind = (int) typed.number(1);
            if (kind < 1 || kind >= KINDS.length) {
                findings.refuse("transport_socket", "kind " + kind + " of subject alternative name is not known here");
                continue;
            }
            add(all, KINDS[kind], typed.message(2));
        }
        for (Message matcher : validation.messages(9)) {
            add(all, 0, matcher);
        }
        return all;
    }

    private void add(List<SanMatch> all, int kind, Message matcher) {
        var text = new MatchReader("transport_socket", findings).text(matcher, "transport_socket");
        if (text != null) {
            all.add(new SanMatch(kind, text));
        }
    }
}
