package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.route.Descriptors;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import dev.weft.engine.snapshot.RateLimits;
import dev.weft.engine.snapshot.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Has the service asked that counts for all. */
public final class QuotaGate implements Gate {
    private static final int WHOLE = 1_000_000;

    private final GlobalRateLimit limit;
    private final String service;
    private final RandomSource random;
    private final LongAdder ok = new LongAdder();
    private final LongAdder over = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** @param limit one that is not idle */
    QuotaGate(GlobalRateLimit limit, RandomSource random) {
        this.limit = limit;
        this.service = Objects.requireNonNull(limit.service());
        this.random = random;
    }

    @Override
    public GlobalRateLimit guard() {
        return limit;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        if (route.limits() == RateLimits.NONE || !drawn(limit.enabled())) {
            return Verdict.GO;
        }
        List<List<Entry>> descriptors = descriptors(request, cluster, route.limits());
        if (descriptors.isEmpty()) {
            return Verdict.GO;
        }
        var question = new Question.Quota(service, limit.domain(), descriptors, limit.timeoutNanos());
        return Verdict.asking(new Asked(request, question), Gate.after(now, limit.timeoutNanos()));
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        return limit.enabled() == 0
                        || descriptors(request, cluster, route.limits()).isEmpty()
                ? Forecast.GO
                : Forecast.only("the rate limit service of cluster " + service + " lets it go on");
    }

    private List<List<Entry>> descriptors(Request request, @Nullable String cluster, RateLimits told) {
        List<List<Entry>> descriptors = new ArrayList<>(2);
        add(told.own(), request, cluster, descriptors);
        if (told.hostCounts(limit.ofHost())) {
            add(told.host(), request, cluster, descriptors);
        }
        return descriptors;
    }

    private void add(List<RateLimits.Kind> kinds, Request request, @Nullable String cluster, List<List<Entry>> to) {
        for (RateLimits.Kind kind : kinds) {
            List<Entry> entries = kind.stage() == limit.stage() ? Descriptors.of(kind.parts(), request, cluster) : null;
            if (entries != null && !entries.isEmpty()) {
                to.add(entries);
            }
        }
    }

    private boolean drawn(int perMillion) {
        return perMillion >= WHOLE || random.below(WHOLE) < perMillion;
    }

    /** Calls that the service let go on. */
    public long ok() {
        return ok.sum();
    }

    /** Calls of which the service said that they are too many. */
    public long overLimit() {
        return over.sum();
    }

    /** Calls for which it gave no answer in time, or none at all. */
    public long failed() {
        return failed.sum();
    }

    @Override
    public String words(long now) {
        return "global rate limit (" + limit.scope() + "): domain " + limit.domain() + ", asked of cluster " + service
                + "; " + ok() + " calls were let go on, " + overLimit() + " were too many, for " + failed()
                + " there was no answer" + (limit.deny() ? ", so that they were refused" : "");
    }

    /** A call that waits for the service. */
    private final class Asked implements Asking {
        private final Request request;
        private final Question.Quota question;

        Asked(Request request, Question.Quota question) {
            this.request = request;
            this.question = question;
        }

        @Override
        public Question question() {
            return question;
        }

        @Override
        public @Nullable Refusal answered(Answer answer) {
            if (!(answer instanceof Answer.Quota said)) {
                failed.increment();
                return limit.deny() ? unanswered(answer) : null;
            }
            (said.over() ? over : ok).increment();
            return said.over() && drawn(limit.enforced()) ? tooMany(said) : null;
        }

        private Refusal unanswered(Answer answer) {
            String why = answer instanceof Answer.Failed said ? said.why() : "it was not asked";
            return Refusal.rule(
                    request,
                    Refusal.Details.RATE_LIMITER_ERROR,
                    limit.denied(),
                    -1,
                    "global rate limit of " + limit.scope() + ": " + why,
                    List.of(),
                    "");
        }

        private Refusal tooMany(Answer.Quota said) {
            List<Refusal.Header> headers = new ArrayList<>(said.headers());
            for (HeaderEdits.Entry header : limit.answer().headers()) {
                headers.add(new Refusal.Header(header.name(), header.value()));
            }
            if (limit.marked()) {
                headers.add(new Refusal.Header("x-envoy-ratelimited", "true"));
            }
            return Refusal.rule(
                    request,
                    Refusal.Details.REQUEST_RATE_LIMITED,
                    limit.answer().status(),
                    limit.answer().grpcStatus(),
                    "global rate limit of " + limit.scope(),
                    headers,
                    said.body());
        }

        @Override
        public void leave(@Nullable Outcome outcome, int code, long now) {}
    }
}
