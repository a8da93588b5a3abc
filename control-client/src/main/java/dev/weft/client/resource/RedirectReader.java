package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Redirect;
import org.jspecify.annotations.Nullable;

/** {@code RedirectAction}. */
final class RedirectReader {
    /** By the number of the enumeration. */
    private static final int[] STATUS = {301, 302, 303, 307, 308};

    private final String where;
    private final Findings findings;

    RedirectReader(String where, Findings findings) {
        this.where = where + ".redirect";
        this.findings = findings;
    }

    @Nullable
    Redirect read(Message redirect, @Nullable PathMatch matched) {
        String scheme = redirect.flag(4) ? "https" : absent(redirect.string(7));
        long code = redirect.number(3);
        var rewrite = new RewriteReader(where, findings).read(redirect, 5, 9, 0, matched);
        if (code < 0 || code >= STATUS.length) {
            findings.refuse(where + ".response_code", code + " is not known");
            return null;
        }
        String host = absent(redirect.string(1));
        long port = redirect.number(8);
        String path = absent(redirect.string(2));
        boolean stripQuery = redirect.flag(6);
        findings.unread(redirect, "RedirectAction");
        try {
            return new Redirect(
                    scheme,
                    host,
                    port < 0 || port > 65_535 ? -1 : (int) port,
                    path,
                    rewrite,
                    stripQuery,
                    STATUS[(int) code]);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable String absent(String text) {
        return text.isEmpty() ? null : text;
    }
}
