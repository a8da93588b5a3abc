package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.route.Descriptors;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.LocalRateLimit.Part;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.TokenBucket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Lets as many calls on as its buckets hold. */
public final class RateLimitGate implements Gate {
    private static final int WHOLE = 1_000_000;

    private final LocalRateLimit limit;
    private final RandomSource random;
    private final Bucket whole;
    private final Map<List<Entry>, Bucket> kinds = new HashMap<>();
    /** For any value, in the order of the rule; they count where no exact one does. */
    private final List<Buckets> anyValue = new ArrayList<>();

    private final LongAdder enabled = new LongAdder();
    private final LongAdder ok = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final LongAdder enforced = new LongAdder();

    /** @param limit one that is not idle */
    RateLimitGate(LocalRateLimit limit, RandomSource random) {
        this.limit = limit;
        this.random = random;
        this.whole = new Bucket(Objects.requireNonNull(limit.bucket()));
        for (LocalRateLimit.Limited one : limit.limits()) {
            if (one.any()) {
                anyValue.add(new Buckets(one, limit.mostValues()));
            } else {
                kinds.put(one.entries(), new Bucket(one.bucket()));
            }
        }
    }

    @Override
    public LocalRateLimit guard() {
        return limit;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        if (!drawn(limit.enabled())) {
            return Verdict.GO;
        }
        enabled.increment();
        if (take(request, cluster, route.limits(), now)) {
            ok.increment();
            return Verdict.GO;
        }
        limited.increment();
        if (!drawn(limit.enforced())) {
            return Verdict.GO;
        }
        enforced.increment();
        return Verdict.refused(refusal(request));
    }

    private Refusal refusal(Request request) {
        LocalRateLimit.Answer answer = limit.answer();
        List<Refusal.Header> headers = new ArrayList<>();
        for (HeaderEdits.Entry header : answer.headers()) {
            headers.add(new Refusal.Header(header.name(), header.value()));
        }
        String why = "rate limit of " + limit.scope();
        return Refusal.rule(
                request,
                Refusal.Details.LOCAL_RATE_LIMITED,
                answer.status(),
                answer.grpcStatus(),
                why,
                headers,
                "local_rate_limited");
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        int share = Math.min(limit.enabled(), limit.enforced());
        if (share == 0 || has(request, cluster, route.limits(), now)) {
            return Forecast.GO;
        }
        return Forecast.refused(refusal(request), share >= WHOLE);
    }

    /** Whether there is a token in each bucket that {@link #take} takes one from. */
    private boolean has(Request request, @Nullable String cluster, RateLimits ofRoute, long now) {
        List<Bucket> mine = limit.limits().isEmpty() ? List.of() : mine(request, cluster, ofRoute, false);
        return mine.stream().allMatch(bucket -> bucket.tokens(now) > 0)
                && (!limit.always() && !mine.isEmpty() || whole.tokens(now) > 0);
    }

    private boolean drawn(int perMillion) {
        return perMillion >= WHOLE || random.below(WHOLE) < perMillion;
    }

    /** As Envoy does: from each bucket of the call's kinds, the slowest first, and from the one for all. */
    private boolean take(Request request, @Nullable String cluster, RateLimits ofRoute, long now) {
        List<Bucket> mine = limit.limits().isEmpty() ? List.of() : mine(request, cluster, ofRoute, true);
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).take(now)) {
                return false;
            }
        }
        return !limit.always() && !mine.isEmpty() || whole.take(now);
    }

    /** @param kept whether what is made for a value stays; otherwise nothing changes */
    private List<Bucket> mine(Request request, @Nullable String cluster, RateLimits ofRoute, boolean kept) {
        List<Bucket> mine = new ArrayList<>(2);
        for (List<Part> parts : limit.kinds()) {
            add(Descriptors.of(parts, request, cluster), kept, mine);
        }
        if (limit.kinds().isEmpty()) {
            staged(ofRoute.own(), request, cluster, kept, mine);
            if (ofRoute.hostCounts(limit.ofHost())) {
                staged(ofRoute.host(), request, cluster, kept, mine);
            }
        }
        if (mine.size() > 1) {
            mine.sort(Comparator.comparingDouble(RateLimitGate::rate));
        }
        return mine;
    }

    private void staged(
            List<RateLimits.Kind> all, Request request, @Nullable String cluster, boolean kept, List<Bucket> to) {
        for (RateLimits.Kind kind : all) {
            if (kind.stage() == limit.stage()) {
                add(Descriptors.of(kind.parts(), request, cluster), kept, to);
            }
        }
    }

    /** @param entries null for a call that is not of the kind */
    private void add(@Nullable List<Entry> entries, boolean kept, List<Bucket> to) {
        if (entries == null) {
            return;
        }
        Bucket bucket = kinds.get(entries);
        for (int i = 0; i < anyValue.size() && bucket == null; i++) {
            bucket = anyValue.get(i).fits(entries) ? anyValue.get(i).of(entries, kept) : null;
        }
        if (bucket != null) {
            to.add(bucket);
        }
    }

    private static double rate(Bucket bucket) {
        return (double) bucket.config().tokensPerFill() / bucket.config().fillIntervalNanos();
    }

    /** Calls that were counted. */
    public long enabled() {
        return enabled.sum();
    }

    /** Calls for which there was a token. */
    public long ok() {
        return ok.sum();
    }

    /** Calls for which there was none. */
    public long rateLimited() {
        return limited.sum();
    }

    /** Calls that were refused. */
    public long enforced() {
        return enforced.sum();
    }

    @Override
    public String words(long now) {
        StringBuilder words =
                new StringBuilder("rate limit (").append(limit.scope()).append("): ");
        left(whole, now, words);
        for (LocalRateLimit.Limited one : limit.limits()) {
            words.append("; for");
            for (Entry entry : one.entries()) {
                words.append(' ').append(entry.key()).append('=');
                words.append(entry.value().isEmpty() ? "*" : entry.value());
            }
            if (one.any()) {
                known(one, words.append(' '));
                continue;
            }
            left(Objects.requireNonNull(kinds.get(one.entries())), now, words.append(' '));
        }
        if (limit.enforced() < WHOLE) {
            words.append("; enforced for ").append(limit.enforced() / 10_000.0).append(" % of the calls");
        }
        return words.toString();
    }

    private void known(LocalRateLimit.Limited one, StringBuilder words) {
        for (Buckets buckets : anyValue) {
            if (buckets.limited() == one) {
                words.append(buckets.size()).append(" of at most ").append(limit.mostValues());
            }
        }
        words.append(" values have a bucket of ")
                .append(one.bucket().maxTokens())
                .append(" tokens, ");
        coming(one.bucket(), words);
    }

    private static void left(Bucket bucket, long now, StringBuilder words) {
        words.append(bucket.tokens(now)).append(" of ").append(bucket.config().maxTokens());
        coming(bucket.config(), words.append(" tokens are there, "));
    }

    private static void coming(TokenBucket bucket, StringBuilder words) {
        words.append(bucket.tokensPerFill()).append(" come in ");
        words.append(bucket.fillIntervalNanos() / 1_000_000).append(" ms");
    }
}
