package dev.weft.vectors;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Endpoint;
import java.util.Locale;
import java.util.Objects;

/** Steps in the words of cases. */
final class Words {
    private Words() {}

    /** {@code 10.0.0.1} for port 80, else with the port. */
    static String of(Endpoint endpoint) {
        String host = endpoint.address().getAddress().getHostAddress();
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        int port = endpoint.address().getPort();
        return port == 80 ? shown : shown + ":" + port;
    }

    /** {@code HOST:PORT} that is asked for outside, or {@code place}. */
    static String of(Question question) {
        if (question instanceof Question.Quota quota) {
            return "quota of " + quota.cluster();
        }
        return question instanceof Question.Warm warm ? warm.host() + ":" + warm.port() : "place";
    }

    static String of(Refusal.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Where a call goes at once: cluster and rewritten path, or code with location, body or kind, or the step. */
    static String decision(Step step, Call call) {
        if (step instanceof Step.Send send) {
            String path = send.attempt().path();
            return path == null ? String.valueOf(call.cluster()) : call.cluster() + " " + path;
        }
        if (step instanceof Step.Reply reply) {
            return reply(reply.refusal());
        }
        if (step instanceof Step.Ask ask && ask.question() instanceof Question.Warm) {
            return "ask";
        }
        return step instanceof Step.Pass ? "pass" : full(step, call);
    }

    private static String reply(Refusal refusal) {
        if (refusal.kind().failure()) {
            return refusal.code() + " " + of(refusal.kind());
        }
        for (Refusal.Header header : refusal.headers()) {
            if (header.name().equals("location")) {
                return refusal.code() + " " + header.value();
            }
        }
        return (refusal.code() + " " + refusal.body()).strip();
    }

    /** A step of this call as a case would write it. */
    static String full(Step step, Call call) {
        if (step instanceof Flight flight) {
            return "send: " + of(flight.endpoint());
        }
        if (step instanceof Step.Shadow shadow) {
            return "shadow: " + of(shadow.attempt().endpoint());
        }
        if (step instanceof Step.Abort abort) {
            return "abort: " + abort.attempt().number();
        }
        if (step instanceof Step.Deliver) {
            return "deliver: " + Objects.requireNonNull(call.delivered()).number();
        }
        if (step instanceof Step.Reply reply) {
            return "reply: " + reply.refusal().code() + ", kind: "
                    + of(reply.refusal().kind()) + ", why: " + reply.refusal().why();
        }
        if (step instanceof Step.Ask ask) {
            String known = ask.question() instanceof Question.Warm warm ? ", known: " + warm.known() : "";
            return "ask: " + of(ask.question()) + known;
        }
        return step instanceof Step.Pass ? "pass" : String.valueOf(step);
    }
}
