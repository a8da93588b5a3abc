package dev.weft.engine.explain;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call would go where it would go: match by match, endpoint by endpoint.
 *
 * @param snapshot version of the configuration that decided
 * @param domain by which the virtual host was found; null when none was
 * @param routes every route that was looked at, in order, the one that matched last
 * @param guards what the route holds its calls against before anything is sent, in order, in words
 * @param shares where the route may send, with the percentage of calls
 * @param cluster the one chosen this time
 * @param panic whether so few endpoints are healthy that health is ignored
 * @param picked address of the endpoint that would be picked; a random choice may differ each time
 * @param conclusion one sentence
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
        String conclusion) {
    /**
     * @param mismatch why it does not match; null for the route that does
     */
    public record RouteVerdict(
            String name, String condition, @Nullable String mismatch) {}

    public record Share(String cluster, double percent) {}

    /**
     * @param removedBy what took it out of the choice; null when it may be chosen
     */
    public record Candidate(
            String address,
            Map<String, String> labels,
            String health,
            int inFlight,
            int consecutiveFailures,
            @Nullable String removedBy) {}

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
            String removed = candidate.removedBy();
            out.append(removed == null ? "candidate" : panic ? removed + ", but used in panic" : "removed, " + removed);
            out.append(candidate.address().equals(picked) ? " <- would be picked\n" : "\n");
        }
        return out.append("  ").append(conclusion).append('\n').toString();
    }
}
