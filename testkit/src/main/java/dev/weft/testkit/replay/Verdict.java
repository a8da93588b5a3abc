package dev.weft.testkit.replay;

import java.util.List;
import java.util.Map;

/**
 * What became of a call.
 *
 * @param host virtual host that matched; empty for none
 * @param route name of the route that matched; empty for none or one without a name
 * @param guards what the route holds its calls against, each with all of its settings
 * @param weights of the clusters among which the route chooses, by name; empty where it names one
 * @param cluster that was chosen; empty for none
 * @param limits of that cluster, each with all of its settings; empty for none
 * @param path that was sent where a rule changed it, else empty
 * @param authority that was sent where a rule made another of the call, else empty
 * @param by who gave the application what it got: {@code upstream}, {@code pass} where the mesh left the call alone, the
 *     rule or refusal in the words of the access log, or how the last attempt failed
 * @param status 0 for none
 * @param location of a redirect, else empty
 * @param attempts without mirrored copies
 */
record Verdict(
        String host,
        String route,
        List<String> guards,
        Map<String, Integer> weights,
        String cluster,
        String limits,
        String path,
        String authority,
        String by,
        int status,
        String location,
        int attempts) {
    Verdict {
        guards = List.copyOf(guards);
        weights = Map.copyOf(weights);
    }

    /** What the application got, in words. */
    String answer() {
        String code = status == 0 ? "" : status + " ";
        return code + by + (location.isEmpty() ? "" : " " + location);
    }
}
