package dev.weft.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What became of a call.
 *
 * @param kind what the application got
 * @param host virtual host that matched, in Istio's words the host of the rule; empty for none
 * @param route name of the rule's route that matched; empty for none or one without a name
 * @param cluster that was chosen; empty for none
 * @param attempts in the order of sending, mirrored copies included
 * @param status of the answer; 0 where there was none
 * @param why the reason of a local answer, or what a failed attempt failed of; empty for an answer of an instance
 * @param headers and
 * @param body of a local answer
 * @param took until the application had what it got
 */
public record Decision(
        Kind kind,
        String host,
        String route,
        String cluster,
        List<Attempt> attempts,
        int status,
        String why,
        Map<String, String> headers,
        String body,
        Duration took) {
    public Decision {
        attempts = List.copyOf(attempts);
        headers = Map.copyOf(headers);
    }

    /** What an application got. */
    public enum Kind {
        /** The call is none of the mesh's, and goes on as without it. */
        PASSED,
        /** An instance answered. */
        ANSWERED,
        /** The last attempt failed without an answer. */
        FAILED,
        /** A rule answered: a direct response or a redirect. */
        LOCAL,
        /** Nothing could be sent, or no answer came in time. */
        REFUSED,
        /** Nobody answers and no limit ends it. */
        WAITS
    }

    /**
     * A request that was sent.
     *
     * @param instance address and port
     * @param mirrored whether it was a copy whose answer nobody gets
     * @param path and query as they were sent
     * @param headers after all edits
     * @param result status of the answer, or in words what it failed of
     * @param sentAfter since the beginning of the call
     */
    public record Attempt(
            String instance,
            boolean mirrored,
            String path,
            Map<String, String> headers,
            String result,
            Duration sentAfter) {
        public Attempt {
            headers = Map.copyOf(headers);
        }
    }

    /** Address and port of the instance that the call was sent to last, mirrored copies left out; empty for none. */
    public String instance() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (!attempts.get(i).mirrored()) {
                return attempts.get(i).instance();
            }
        }
        return "";
    }
}
