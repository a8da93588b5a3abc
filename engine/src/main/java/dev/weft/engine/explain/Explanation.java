package dev.weft.engine.explain;

import dev.weft.engine.balance.Score;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call would go where it would go, or went where it went: match by match, endpoint by endpoint, attempt by attempt.
 *
 * @param snapshot version of the configuration that decided
 * @param domain by which the virtual host was found; null when none was
 * @param routes every route that was looked at, in order, the one that matched last
 * @param guards what the route holds its calls against before anything is sent, in order, in words
 * @param shares where the route may send, with the percentage of calls
 * @param cluster the one chosen this time
 * @param panic whether so few endpoints are healthy that health is ignored
 * @param picked address of the endpoint that would be picked; a random choice may differ each time. Null for a call that
 *     is not sent
 * @param refused what the application gets instead, where a guard, a limit or the time of the call keeps it from being
 *     sent; null where it goes on, or where the rule that answers it is its route
 * @param conclusion one sentence
 * @param attempts of a call that was made, in the order they were sent; none of one that is not made
 */
public record Explanation(
        String host,
        int port,
        String method,
        String path,
        String snapshot,
        @Nullable String domain,
        @Nullable String virtualHost,
        List<RouteVerdict> routes,
        List<String> guards,
        List<Share> shares,
        @Nullable String cluster,
        boolean panic,
        List<Candidate> candidates,
        @Nullable String picked,
        @Nullable Refused refused,
        String conclusion,
        List<Attempt> attempts) {
    /**
     * @param mismatch why it does not match; null for the route that does
     */
    public record RouteVerdict(
            String name, String condition, @Nullable String mismatch) {}

    public record Share(String cluster, double percent) {}

    /**
     * @param status of HTTP, or the one that says the same
     * @param why in words
     */
    public record Refused(int status, String why) {}

    /**
     * @param score what the choice goes by; null where it is not among those to choose of
     * @param removedBy what took it out of the choice; null when it may be chosen
     */
    public record Candidate(
            String address,
            Map<String, String> labels,
            String health,
            int inFlight,
            int consecutiveFailures,
            @Nullable Score score,
            @Nullable String removedBy) {
        /** Whether it may be chosen, and what speaks for it or against it, in words. */
        String verdict(boolean panic) {
            if (removedBy != null && score == null) {
                return "removed, " + removedBy;
            }
            String nonetheless = panic ? ", but used in panic" : ", but used for want of others";
            String chosen = removedBy == null ? "candidate" : removedBy + nonetheless;
            return score == null ? chosen : chosen + ", " + score.words();
        }
    }

    /**
     * One sending of a call that was made.
     *
     * @param code of the answer, the protocol's own; 0 when none came
     * @param tookNanos until it was over, or until it was known that it failed
     * @param why there was this one, in words; empty for the first
     */
    public record Attempt(int number, String address, Outcome outcome, int code, long tookNanos, String why) {
        /** What it met, in words. */
        public String met() {
            String words = switch (outcome) {
                case SUCCESS -> "answered";
                case CALLER_FAULT -> "the peer blames the caller";
                case SERVER_FAILURE -> "the peer failed";
                case UNAVAILABLE -> "the peer can't take calls";
                case OVERLOADED -> "the peer asks for less";
                case DEADLINE ->
                    code == 0 ? "no answer within its time limit" : "its answer took longer than its time limit";
                case CONNECT_FAILURE -> "not reached, nothing was sent";
                case UNSENT -> "nothing was sent, or the peer has not taken it";
                case RESET -> "the connection broke";
                case CANCELLED -> "given up";
            };
            return code == 0 ? words : code + ", " + words;
        }
    }

    /** The same where something else decides: nobody is picked. */
    Explanation concluding(String instead) {
        return ending(null, null, instead, attempts);
    }

    /** The same of a call that was made, with what became of it. */
    public Explanation with(List<Attempt> made) {
        return ending(picked, refused, conclusion, List.copyOf(made));
    }

    /** The same of a call that was refused after all: when its endpoint was to be picked, or when nobody had answered. */
    public Explanation refusedWith(Refusal refusal) {
        String words = Foresight.words(refusal);
        Refused instead = new Refused(refusal.code(), refusal.why());
        return ending(null, instead, words, attempts);
    }

    private Explanation ending(
            @Nullable String picked, @Nullable Refused refused, String conclusion, List<Attempt> attempts) {
        return new Explanation(
                host,
                port,
                method,
                path,
                snapshot,
                domain,
                virtualHost,
                routes,
                guards,
                shares,
                cluster,
                panic,
                candidates,
                picked,
                refused,
                conclusion,
                attempts);
    }

    /** The same for people. */
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append(method)
                .append(' ')
                .append(host)
                .append(':')
                .append(port)
                .append(path)
                .append('\n');
        if (virtualHost == null) {
            return out.append("  ").append(conclusion).append('\n').toString();
        }
        out.append("  virtual host ")
                .append(virtualHost)
                .append(", found by domain ")
                .append(domain)
                .append('\n');
        for (RouteVerdict route : routes) {
            out.append("  route ").append(route.name().isEmpty() ? "(unnamed)" : route.name());
            out.append(" (").append(route.condition()).append("): ");
            out.append(route.mismatch() == null ? "matches" : "no, " + route.mismatch())
                    .append('\n');
        }
        for (String guard : guards) {
            out.append("  ").append(guard).append('\n');
        }
        for (Share share : shares) {
            out.append("  cluster ")
                    .append(share.cluster())
                    .append(": ")
                    .append(share.percent())
                    .append(" % of calls");
            out.append(share.cluster().equals(cluster) ? ", chosen this time\n" : "\n");
        }
        for (Candidate candidate : candidates) {
            out.append("    ").append(candidate.address()).append(' ').append(candidate.labels());
            out.append(", in flight ").append(candidate.inFlight()).append(": ");
            out.append(candidate.verdict(panic));
            out.append(candidate.address().equals(picked) ? " <- would be picked\n" : "\n");
        }
        out.append("  ").append(conclusion).append('\n');
        for (Attempt attempt : attempts) {
            out.append("    attempt ").append(attempt.number()).append(" to ").append(attempt.address());
            out.append(": ").append(attempt.met());
            out.append(String.format(Locale.ROOT, " after %.1f ms", attempt.tookNanos() / 1e6));
            out.append(attempt.why().isEmpty() ? "\n" : "; " + attempt.why() + "\n");
        }
        return out.toString();
    }
}
