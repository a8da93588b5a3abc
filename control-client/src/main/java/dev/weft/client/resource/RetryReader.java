package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.HedgePolicy;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.RetryPolicy;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Condition;
import dev.weft.engine.snapshot.RetryPolicy.Reset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code RetryPolicy} and {@code HedgePolicy}, which leans on the former. */
final class RetryReader {
    private static final long DEFAULT_BASE = 25_000_000;
    private static final long DEFAULT_MOST_ASKED = 300_000_000_000L;
    private static final String RETRY = "type.googleapis.com/envoy.extensions.retry.";
    private static final String PREVIOUS_PRIORITIES = "priority.previous_priorities.v3.PreviousPrioritiesConfig";
    private static final String PREVIOUS_HOSTS = "host.previous_hosts.v3.PreviousHostsPredicate";
    /** Old servers send the name alone. */
    private static final String PREVIOUS_HOSTS_NAME = "envoy.retry_host_predicates.previous_hosts";

    private static final int MOST_RETRIES = 1000;
    /** Of copies of a call. */
    private static final int MOST_AT_ONCE = 16;

    private final String where;
    private final String hedging;
    private final Findings findings;

    RetryReader(String where, Findings findings) {
        this.where = where + ".retry_policy";
        this.hedging = where + ".hedge_policy";
        this.findings = findings;
    }

    record Policies(@Nullable RetryPolicy retry, @Nullable HedgePolicy hedge) {}

    Policies read(@Nullable Message retry, @Nullable Message hedge, boolean nonIdempotent) {
        var policy = retry == null ? null : retry(retry, nonIdempotent);
        if (hedge == null) {
            return new Policies(policy, null);
        }
        long initial = hedge.wrapped(1, 1);
        boolean onTimeout = hedge.flag(3);
        findings.unread(hedge, "HedgePolicy");
        if (initial < 1) {
            findings.refuse(hedging + ".initial_requests", initial + " is below 1");
        } else if (initial > MOST_AT_ONCE) {
            findings.unsupported("HedgePolicy.initial_requests above " + MOST_AT_ONCE);
        } else if (initial > 1) {
            return new Policies(policy, new HedgePolicy((int) initial, 0));
        }
        if (onTimeout && policy != null && policy.maxRetries() > 0 && policy.headNanos() != Long.MAX_VALUE) {
            // The try that is too slow goes on beside the next one: its limit becomes the hedging delay.
            var hedged = new HedgePolicy(policy.maxRetries() + 1, policy.headNanos());
            return new Policies(withoutLimits(policy), hedged);
        }
        return new Policies(policy, null);
    }

    private static RetryPolicy withoutLimits(RetryPolicy p) {
        return new RetryPolicy(
                p.on(),
                p.statusCodes(),
                p.maxRetries(),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                p.backoffBaseNanos(),
                p.backoffMaxNanos(),
                p.nonIdempotent(),
                p.headers(),
                p.previousPriorities());
    }

    private @Nullable RetryPolicy retry(Message retry, boolean nonIdempotent) {
        var on = conditions(retry.string(1));
        var codes = codes(retry);
        long retries = retry.wrapped(2, 1);
        if (retries < 0 || retries > MOST_RETRIES) {
            findings.refuse(where + ".num_retries", retries + " is out of range");
            retries = 1;
        }
        long perTry = Durations.limit(retry, 3, where + ".per_try_timeout", findings);
        long idle = Durations.limit(retry, 13, where + ".per_try_idle_timeout", findings);
        var backoff = retry.message(8);
        long base = Durations.positive(backoff, 1, DEFAULT_BASE, where + ".retry_back_off.base_interval", findings);
        long most = Durations.positive(
                backoff,
                2,
                base > Long.MAX_VALUE / 10 ? base : base * 10,
                where + ".retry_back_off.max_interval",
                findings);
        if (most < base) {
            findings.refuse(where + ".retry_back_off.max_interval", "below base_interval");
            most = base;
        }
        var headers = headers(retry);
        int everyPriorities = priorities(retry);
        predicates(retry);
        findings.unread(retry, "RetryPolicy");
        boolean again = !on.isEmpty() && retries > 0;
        // The limits of a try count whether another may follow or not.
        return !again && perTry == Long.MAX_VALUE && idle == Long.MAX_VALUE
                ? null
                : new RetryPolicy(
                        on,
                        codes,
                        again ? (int) retries : 0,
                        perTry,
                        idle,
                        base,
                        most,
                        nonIdempotent,
                        headers,
                        everyPriorities);
    }

    /** After how many attempts priorities that were tried are avoided; 0 for never. */
    private int priorities(Message retry) {
        if (!retry.has(4)) {
            return 0;
        }
        Message extension = retry.message(4);
        String type = type(extension);
        if (!type.equals(PREVIOUS_PRIORITIES)) {
            findings.unsupported("RetryPolicy.retry_priority '" + type + "'");
            return 0;
        }
        long every = Message.of(extension.message(3).bytes(2)).number(1);
        if (every < 1 || every > Integer.MAX_VALUE) {
            findings.refuse(where + ".retry_priority.update_frequency", every + " is not above 0");
            return 0;
        }
        return (int) every;
    }

    /** Endpoints that were tried are avoided always, whatever is said of it and of how long to look for another. */
    private void predicates(Message retry) {
        for (Message predicate : retry.messages(5)) {
            String type = type(predicate);
            if (!type.equals(PREVIOUS_HOSTS) && !type.equals(PREVIOUS_HOSTS_NAME)) {
                findings.unsupported("RetryPolicy.retry_host_predicate '" + type + "'");
            }
        }
        retry.ignore(6);
    }

    /** The type of an extension's configuration, or its name where it has none. */
    private static String type(Message extension) {
        String url = extension.message(3).string(1);
        return url.isEmpty() ? extension.string(1) : url.startsWith(RETRY) ? url.substring(RETRY.length()) : url;
    }

    private @Nullable ByHeaders headers(Message retry) {
        if (!retry.has(9) && !retry.has(10) && !retry.has(11)) {
            return null;
        }
        var limited = retry.message(11);
        List<Reset> resets = new ArrayList<>();
        boolean named = limited.has(1);
        for (Message reset : limited.messages(1)) {
            String name = reset.string(1).toLowerCase(Locale.ROOT);
            if (name.isEmpty()) {
                named = false;
            } else {
                resets.add(new Reset(name, reset.number(2) == 1));
            }
        }
        String at = where + ".rate_limited_retry_back_off";
        if (retry.has(11) && !named) {
            findings.refuse(at + ".reset_headers", "needs names");
        }
        long most = Durations.positive(limited, 2, DEFAULT_MOST_ASKED, at + ".max_interval", findings);
        findings.unread(limited, "RetryPolicy.RateLimitedRetryBackOff");
        return new ByHeaders(conditions(retry, 9), conditions(retry, 10), resets, most);
    }

    private List<HeaderMatch> conditions(Message retry, int field) {
        List<HeaderMatch> all = new ArrayList<>();
        for (Message header : retry.messages(field)) {
            var read = new MatchReader(where, findings).header(header);
            if (read != null) {
                all.add(read);
            }
        }
        return all;
    }

    private Set<Condition> conditions(String words) {
        var on = EnumSet.noneOf(Condition.class);
        for (int start = 0; start < words.length(); ) {
            int comma = words.indexOf(',', start);
            int end = comma < 0 ? words.length() : comma;
            String word = words.substring(start, end).strip();
            var condition = condition(word);
            if (condition != null) {
                on.add(condition);
            } else if (!word.isEmpty()) {
                findings.unsupported("RetryPolicy.retry_on '" + word + "'");
            }
            start = end + 1;
        }
        return on;
    }

    private static @Nullable Condition condition(String word) {
        for (Condition condition : Condition.values()) {
            if (condition.word().equals(word)) {
                return condition;
            }
        }
        return null;
    }

    private Set<Integer> codes(Message retry) {
        var codes = new HashSet<Integer>();
        for (long code : retry.numbers(7)) {
            if (code < 100 || code > 599) {
                findings.refuse(where + ".retriable_status_codes", code + " is out of range");
            } else {
                codes.add((int) code);
            }
        }
        return codes;
    }
}
