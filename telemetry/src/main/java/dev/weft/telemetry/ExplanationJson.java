package dev.weft.telemetry;

import dev.weft.engine.balance.Score;
import dev.weft.engine.explain.Explanation;
import java.util.Map;
import java.util.TreeMap;

/** An explanation as a JSON object. */
public final class ExplanationJson {
    private ExplanationJson() {}

    public static void write(Explanation explanation, Json json) {
        json.beginObject()
                .field("host", explanation.host())
                .field("port", explanation.port())
                .field("method", explanation.method())
                .field("path", explanation.path())
                .field("snapshot", explanation.snapshot())
                .field("domain", explanation.domain())
                .field("virtualHost", explanation.virtualHost());
        json.name("routes").beginArray();
        for (Explanation.RouteVerdict route : explanation.routes()) {
            json.beginObject()
                    .field("name", route.name())
                    .field("condition", route.condition())
                    .field("matches", route.mismatch() == null)
                    .field("mismatch", route.mismatch())
                    .endObject();
        }
        json.endArray().name("guards").beginArray();
        explanation.guards().forEach(json::value);
        json.endArray().name("clusters").beginArray();
        for (Explanation.Share share : explanation.shares()) {
            json.beginObject()
                    .field("name", share.cluster())
                    .field("percent", share.percent())
                    .endObject();
        }
        json.endArray().field("cluster", explanation.cluster()).field("panic", explanation.panic());
        json.name("candidates").beginArray();
        for (Explanation.Candidate candidate : explanation.candidates()) {
            json.beginObject().field("address", candidate.address());
            json.name("labels").beginObject();
            for (Map.Entry<String, String> label : new TreeMap<>(candidate.labels()).entrySet()) {
                json.field(label.getKey(), label.getValue());
            }
            json.endObject()
                    .field("health", candidate.health())
                    .field("inFlight", candidate.inFlight())
                    .field("consecutiveFailures", candidate.consecutiveFailures());
            Score score = candidate.score();
            if (score != null) {
                json.field("score", score.value()).field("scored", score.words());
            }
            json.field("removedBy", candidate.removedBy()).endObject();
        }
        json.endArray().field("picked", explanation.picked());
        Explanation.Refused refused = explanation.refused();
        if (refused != null) {
            json.name("refused")
                    .beginObject()
                    .field("status", refused.status())
                    .field("why", refused.why())
                    .endObject();
        }
        json.field("conclusion", explanation.conclusion());
        json.name("attempts").beginArray();
        for (Explanation.Attempt attempt : explanation.attempts()) {
            json.beginObject()
                    .field("number", attempt.number())
                    .field("address", attempt.address())
                    .field("outcome", attempt.outcome().name())
                    .field("code", attempt.code())
                    .field("tookNanos", attempt.tookNanos())
                    .field("why", attempt.why())
                    .endObject();
        }
        json.endArray().endObject();
    }
}
