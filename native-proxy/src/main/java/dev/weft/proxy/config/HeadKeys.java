package dev.weft.proxy.config;

import dev.weft.proxy.http1.Forwarding;
import dev.weft.proxy.http1.HeadRules;
import dev.weft.proxy.http1.PathNormalization;
import dev.weft.proxy.http1.PathNormalization.EscapedSlashes;
import dev.weft.proxy.http1.RequestId;
import java.util.Locale;

/** What becomes of the heads of requests, as the keys say it; each listener has the same but for one of them. */
final class HeadKeys {
    private static final int MOST_HOPS = 100;

    private final Values in;
    private final PathNormalization paths;
    private final RequestId ids;
    private final int trustedHops;

    HeadKeys(Values in) {
        this.in = in;
        this.paths = paths(in);
        this.ids = RequestId.valueOf(
                in.word(Key.REQUEST_ID, "generate", "preserve", "none").toUpperCase(Locale.ROOT));
        this.trustedHops = in.number(Key.XFF_NUM_TRUSTED_HOPS, 0, MOST_HOPS);
    }

    /** @param useRemoteAddress whether the clients of the listener are to be told of */
    HeadRules rules(Key useRemoteAddress) {
        String self = in.isSet(Key.ADDRESS) ? in.text(Key.ADDRESS) : "";
        return new HeadRules(paths, new Forwarding(true, in.on(useRemoteAddress), trustedHops, ids, self));
    }

    private static PathNormalization paths(Values in) {
        PathNormalization paths =
                switch (in.word(Key.PATH_NORMALIZATION, "base", "none", "merge-slashes", "decode-and-merge-slashes")) {
                    case "none" -> PathNormalization.NONE;
                    case "merge-slashes" -> PathNormalization.MERGE_SLASHES;
                    case "decode-and-merge-slashes" -> PathNormalization.DECODE_AND_MERGE_SLASHES;
                    default -> PathNormalization.BASE;
                };
        return switch (in.word(Key.PATH_ESCAPED_SLASHES, "auto", "keep", "reject", "unescape")) {
            case "keep" -> paths.with(EscapedSlashes.KEEP);
            case "reject" -> paths.with(EscapedSlashes.REJECT);
            case "unescape" -> paths.with(EscapedSlashes.UNESCAPE);
            default -> paths;
        };
    }
}
