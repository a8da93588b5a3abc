package dev.weft.control.translate;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import dev.weft.control.rule.TextMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** Values as protobuf writes them. */
final class Wire {
    private Wire() {}

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    static UInt32Value number(int value) {
        return UInt32Value.of(value);
    }

    static RegexMatcher regex(String pattern) {
        return RegexMatcher.newBuilder().setRegex(pattern).build();
    }

    static StringMatcher text(TextMatch match) {
        StringMatcher.Builder matcher = StringMatcher.newBuilder();
        if (match instanceof TextMatch.Exact exact) {
            matcher.setExact(exact.text());
        } else if (match instanceof TextMatch.Prefix prefix) {
            matcher.setPrefix(prefix.text());
        } else if (match instanceof TextMatch.Regex regex) {
            matcher.setSafeRegex(regex(regex.pattern()));
        }
        return matcher.build();
    }
}
