package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.Transport;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code transport_socket} with an {@code UpstreamTlsContext}. What is not understood here, or can't be had, is refused:
 * nothing is sent in the clear, and to no peer that is checked less than the rule asks for.
 */
final class TlsReader {
    private static final String WHERE = "transport_socket";
    private static final String TLS =
            "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private static final String RAW = "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
    /** Kinds of {@code SubjectAltNameMatcher.san_type} as X.509 numbers them: EMAIL, DNS, URI, IP_ADDRESS. */
    private static final int[] KINDS = {0, 1, 2, 6, 7};

    private static final int DNS = 2;
    private static final Transport REFUSED = new Transport.Unavailable("the rule for it was refused");

    private final Findings findings;
    private final CertificateSource certificates;

    TlsReader(Findings findings, CertificateSource certificates) {
        this.findings = findings;
        this.certificates = certificates;
    }

    /** @param autoSan whether a peer must show the host of each request ({@code auto_san_validation}) */
    Transport read(Message cluster, boolean autoSan) {
        if (cluster.has(43)) {
            cluster.messages(43);
            findings.refuse("transport_socket_matches", "TLS by endpoint is not supported here");
            cluster.ignore(24);
            return REFUSED;
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
            findings.refuse(WHERE, "'" + url + "' is not known here");
            return REFUSED;
        }
        var read = tls(Message.of(config.bytes(2)));
        if (!autoSan) {
            return read;
        }
        // A connection is checked once, and serves requests for more than one host.
        findings.refuse(
                WHERE, "auto_san_validation is not supported here; name the peer, or say auto_sni_san_validation");
        return REFUSED;
    }

    private Transport tls(Message context) {
        int before = findings.errors().size();
        var common = context.message(1);
        String sni = context.string(2);
        // Renegotiation is allowed to nobody, sessions are the JDK's to keep, and it always enforces the key's usage.
        context.ignore(3, 4, 5);
        String identity = instance(common, 14, 11);
        var combined = common.message(8);
        var validation = common.has(8) ? combined.message(1) : common.message(3);
        String roots = roots(common, validation);
        var expected = names(context, sni, validation);
        // Without these the check of the peer would be weaker than the rule asks for.
        refuseSet(validation, "CertificateValidationContext", 1, 2, 3, 6, 7, 12, 14, 16, 17);
        refuseSet(combined, "CommonTlsContext.CombinedCertificateValidationContext", 2, 3);
        refuseSet(common, "CommonTlsContext", 2, 6, 7, 9, 10, 13, 16);
        common.ignore(4); // who speaks there says the protocols itself
        common.ignore(11, 12, 14); // each was read where it counts: a server may send the old ones beside the new
        validation.ignore(13);
        if (roots.isEmpty()) {
            findings.refuse(WHERE, "names no authorities to trust");
        } else if (expected.isEmpty() && identity.isEmpty() && sni.isEmpty()) {
            findings.refuse(
                    WHERE, "says nothing of who the peer must be: neither names, nor sni, nor our own identity");
        }
        new TlsParametersReader(findings).check(common.message(1));
        findings.unread(validation, "CertificateValidationContext");
        findings.unread(common, "CommonTlsContext");
        findings.unread(context, "UpstreamTlsContext");
        if (findings.errors().size() > before) {
            return REFUSED;
        }
        try {
            var shown = new ArrayList<String>();
            expected.forEach(match -> shown.add(match.shown()));
            return new Transport.Tls(certificates.context(identity, roots, expected, sni), sni, shown);
        } catch (CertificateSource.Unavailable e) {
            String why = String.valueOf(e.getMessage());
            if (e.mayCome()) {
                findings.lacks(WHERE, why);
            } else {
                findings.refuse(WHERE, why);
            }
            return new Transport.Unavailable(why);
        }
    }

    private void refuseSet(Message message, String type, int... fields) {
        for (int field : fields) {
            if (message.has(field)) {
                findings.refuse(WHERE, type + "." + FieldNames.of(type, field) + " is not supported here");
            }
        }
        message.ignore(fields);
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

    /** {@code auto_sni_san_validation} takes the place of all other names. */
    private List<SanMatch> names(Message context, String sni, Message validation) {
        var expected = expected(validation);
        boolean ofSni = context.flag(7);
        if (ofSni && (sni.isEmpty() || context.flag(6))) {
            findings.refuse(WHERE, "auto_sni_san_validation without an sni of the rule's own is not supported here");
        }
        return ofSni && !sni.isEmpty() ? List.of(new SanMatch(DNS, new StringMatch.Exact(sni, true))) : expected;
    }

    private List<SanMatch> expected(Message validation) {
        List<SanMatch> all = new ArrayList<>();
        for (Message typed : validation.messages(15)) {
            int kind = (int) typed.number(1);
            if (kind < 1 || kind >= KINDS.length) {
                findings.refuse(WHERE, "kind " + kind + " of subject alternative name is not known here");
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
        var text = new MatchReader(WHERE, findings).text(matcher, WHERE);
        if (text != null) {
            all.add(new SanMatch(kind, text));
        }
    }
}
