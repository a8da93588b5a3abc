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
    private final LongAdder enabled = new LongAdder();
    private final LongAdder ok = new LongAdder();
    private final LongAdder limited = new LongAdder();
    private final LongAdder enforced = new LongAdder();

    /** @param limit one that is not idle */
    RateLimitGate(LocalRateLimit limit, RandomSource random) {
        this.limit = limit;
        this.random = random;
        this.whole = new Bucket(Objects.requireNonNull(limit.bucket()));
        limit.limits().forEach(one -> kinds.put(one.entries(), new Bucket(one.bucket())));
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
        List<Bucket> mine = kinds.isEmpty() ? List.of() : mine(request, cluster, ofRoute);
        return mine.stream().allMatch(bucket -> bucket.tokens(now) > 0)
                && (!limit.always() && !mine.isEmpty() || whole.tokens(now) > 0);
    }

    private boolean drawn(int perMillion) {
        return perMillion >= WHOLE || random.below(WHOLE) < perMillion;
    }

    /** As Envoy does: from each bucket of the call's kinds, the slowest first, and from the one for all. */
    private boolean take(Request request, @Nullable String cluster, RateLimits ofRoute, long now) {
        List<Bucket> mine = kinds.isEmpty() ? List.of() : mine(request, cluster, ofRoute);
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).take(now)) {
                return false;
            }
        }
        return !limit.always() && !mine.isEmpty() || whole.take(now);
    }

    private List<Bucket> mine(Request request, @Nullable String cluster, RateLimits ofRoute) {
        List<Bucket> mine = new ArrayList<>(2);
        for (List<Part> parts : limit.kinds()) {
            add(parts, request, cluster, mine);
        }
        if (limit.kinds().isEmpty()) {
            staged(ofRoute.own(), request, cluster, mine);
            if (ofRoute.hostCounts(limit.ofHost())) {
                staged(ofRoute.host(), request, cluster, mine);
            }
        }
        if (mine.size() > 1) {
            mine.sort(Comparator.comparingDouble(RateLimitGate::rate));
        }
        return mine;
    }

    private void staged(List<RateLimits.Kind> all, Request request, @Nullable String cluster, List<Bucket> to) {
        for (RateLimits.Kind kind : all) {
            if (kind.stage() == limit.stage()) {
                add(kind.parts(), request, cluster, to);
            }
        }
    }

    private void add(List<Part> parts, Request request, @Nullable String cluster, List<Bucket> to) {
        List<Entry> entries = Descriptors.of(parts, request, cluster);
        Bucket bucket = entries == null ? null : kinds.get(entries);
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
                words.append(' ').append(entry.key()).append('=').append(entry.value());
            }
            left(Objects.requireNonNull(kinds.get(one.entries())), now, words.append(' '));
        }
        if (limit.enforced() < WHOLE) {
            words.append("; enforced for ").append(limit.enforced() / 10_000.0).append(" % of the calls");
        }
        return words.toString();
    }

    private static void left(Bucket bucket, long now, StringBuilder words) {
        words.append(bucket.tokens(now)).append(" of ").append(bucket.config().maxTokens());
        words.append(" tokens are there, ")
                .append(bucket.config().tokensPerFill())
                .append(" come in ");
        words.append(bucket.config().fillIntervalNanos() / 1_000_000).append(" ms");
    }
}
