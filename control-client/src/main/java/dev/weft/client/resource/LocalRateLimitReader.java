package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Answer;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Limited;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code LocalRateLimit}. */
final class LocalRateLimitReader {
    private static final String NAME = "LocalRateLimit";
    private static final int RESOURCE_EXHAUSTED = 8;

    /** More would be memory that anybody who calls can take. */
    private static final int MOST_VALUES = 100_000;

    private final String where;
    private final Findings findings;

    LocalRateLimitReader(String where, Findings findings) {
        this.where = where + ".local_rate_limit";
        this.findings = findings;
    }

    static LocalRateLimit idle(String scope) {
        return new LocalRateLimit(scope, null, List.of(), List.of(), true, 0, 0, Answer.DEFAULT);
    }

    LocalRateLimit read(Message limit, String scope) {
        limit.ignore(1, 11); // statistics, and what is for connections that are accepted
        var bucket = limit.has(3) ? bucket(limit.message(3), where + ".token_bucket") : null;
        int enabled = share(limit, 4, ".filter_enabled");
        int enforced = share(limit, 5, ".filter_enforced");
        List<Limited> limits = new ArrayList<>();
        for (Message descriptor : limit.messages(8)) {
            var one = limited(descriptor);
            if (one != null) {
                limits.add(one);
            }
        }
        int stage = RateLimitReader.stage(limit.number(9), where + ".stage", findings);
        var ofHost = RateLimitReader.ofHost(limit.number(13), where + ".vh_rate_limits", findings);
        List<List<Part>> kinds = new ArrayList<>();
        for (Message kind : limit.messages(17)) {
            var read = new RateLimitReader(where, findings, null).read(kind);
            // One that limits nobody stays, without parts: the filter has said something, so the route's don't count.
            kinds.add(read != null && read.stage() == stage ? read.parts() : List.of());
        }
        boolean always = limit.wrapped(14, 1) != 0;
        int most = (int) Math.min(limit.wrapped(18, LocalRateLimit.MOST_VALUES) & 0xFFFF_FFFFL, MOST_VALUES);
        var answer = answer(limit);
        findings.unread(limit, NAME);
        try {
            return new LocalRateLimit(
                    scope, bucket, limits, kinds, always, enabled, enforced, answer, stage, ofHost, most);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return idle(scope);
        }
    }

    /** Nobody by default, as in Envoy. */
    private int share(Message limit, int field, String at) {
        return limit.has(field) ? Fractions.perMillion(limit.message(field), where + at, NAME + at, findings) : 0;
    }

    private Answer answer(Message limit) {
        long status = limit.has(2) ? limit.message(2).number(1) : Answer.DEFAULT.status();
        // Envoy takes no other for a refusal.
        int code = status < 400 || status > 599 ? Answer.DEFAULT.status() : (int) status;
        int grpc = limit.flag(15) ? RESOURCE_EXHAUSTED : -1;
        return new Answer(code, grpc, HeaderEditReader.answer(limit, 6, where, findings));
    }

    private @Nullable TokenBucket bucket(Message bucket, String at) {
        long most = bucket.number(1) & 0xFFFF_FFFFL;
        long fill = bucket.wrapped(2, 1) & 0xFFFF_FFFFL;
        long interval = Durations.nanos(bucket, 3, 0, at + ".fill_interval", findings);
        if (most < 1 || fill < 1 || interval < 1) {
            findings.refuse(at, "max_tokens, tokens_per_fill and fill_interval must be above 0");
            return null;
        }
        return new TokenBucket(
                (int) Math.min(most, Integer.MAX_VALUE), (int) Math.min(fill, Integer.MAX_VALUE), interval);
    }

    private @Nullable Limited limited(Message descriptor) {
        String at = where + ".descriptors";
        List<Entry> entries = new ArrayList<>();
        for (Message entry : descriptor.messages(1)) {
            entries.add(new Entry(entry.string(1), entry.string(2)));
        }
        var bucket = bucket(descriptor.message(2), at + ".token_bucket");
        if (entries.isEmpty()) {
            findings.refuse(at + ".entries", "empty");
        }
        return bucket == null || entries.isEmpty() ? null : new Limited(entries, bucket);
    }
}
