package dev.weft.telemetry.recording;

import dev.weft.engine.Call;
import dev.weft.engine.Flight;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.HostRewrite;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Route;
import dev.weft.telemetry.Json;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One call that is over, as a line of a recording: what was asked, what was decided, and how it went. */
final class CallLine {
    private CallLine() {}

    /**
     * @param headers that the application sent, before any edit
     * @param begun when the recording began, on the clock of the calls
     */
    static String of(
            Call call,
            @Nullable Flight delivered,
            long endedAt,
            Map<String, String> headers,
            Redaction redaction,
            long begun) {
        Request request = call.request();
        Json json = new Json();
        json.beginObject()
                .field("at", call.startedAt() - begun)
                .field("took", endedAt - call.startedAt())
                .field("method", request.method())
                .field("secure", request.secure())
                .field("host", request.host())
                .field("port", request.port())
                .field("path", redaction.path(request.path()))
                .field("replayable", request.replayable())
                .field("rewritable", request.rewritable());
        if (request.timeoutNanos() != Long.MAX_VALUE) {
            json.field("timeout", request.timeoutNanos());
        }
        json.name("headers").beginObject();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            json.field(header.getKey(), header.getValue());
        }
        json.endObject().name("decision").beginObject();
        decision(call, delivered, redaction, json);
        json.endObject().name("attempts").beginArray();
        for (Flight flight : call.attempts()) {
            if (!flight.shadow()) {
                attempt(flight, call.startedAt(), json);
            }
        }
        return json.endArray().endObject().toString();
    }

    private static void decision(Call call, @Nullable Flight delivered, Redaction redaction, Json json) {
        json.field("virtualHost", text(call.virtualHost()));
        Route route = call.route();
        if (route != null) {
            json.field("route", route.name());
            guards(route.guards(), json);
            if (route.action() instanceof Action.Forward forward
                    && forward.clusters().size() > 1) {
                json.name("weights").beginObject();
                Map<String, Integer> weights = new TreeMap<>(); // two parts may name one cluster
                for (Action.WeightedCluster cluster : forward.clusters()) {
                    weights.merge(cluster.cluster(), cluster.weight(), Integer::sum);
                }
                weights.forEach((name, weight) -> json.field(name, (long) weight));
                json.endObject();
            }
        }
        json.field("cluster", text(call.cluster()));
        if (!call.limits().equals(Limits.NONE)) {
            json.field("limits", call.limits().toString());
        }
        String path = call.attemptCount() == 0
                ? null
                : redaction.pathOrNull(call.attempt(0).path());
        if (path != null) {
            json.field("path", path);
        }
        String host = call.attemptCount() == 0 ? null : host(call.attempt(0), redaction);
        if (host != null) {
            json.field("host", host);
        }
        answer(call, delivered, redaction, json);
    }

    /** What was sent as the host where a rule makes it of the call; the name of an endpoint says nothing of rules. */
    private static @Nullable String host(Flight flight, Redaction redaction) {
        HostRewrite rewrite = flight.hostRewrite();
        String host = rewrite instanceof HostRewrite.OfEndpoint ? null : flight.authority();
        return host != null && rewrite instanceof HostRewrite.FromHeader from
                ? redaction.value(from.name(), host)
                : host;
    }

    private static void guards(List<Guard> guards, Json json) {
        if (!guards.isEmpty()) {
            json.name("guards").beginArray();
            for (Guard guard : guards) {
                json.value(guard.toString());
            }
            json.endArray();
        }
    }

    /** Who gave the application what it got: an endpoint, a rule, or nobody, and why not. */
    private static void answer(Call call, @Nullable Flight delivered, Redaction redaction, Json json) {
        Refusal refusal = call.refusal();
        if (delivered != null) {
            Head head = delivered.head();
            json.field("by", head == null ? lower(outcome(delivered)) : "upstream");
            json.field("status", head == null ? 0 : head.code());
        } else if (refusal != null) {
            Refusal.Details details = refusal.details();
            json.field("by", details == null ? lower(refusal.kind()) : details.words());
            json.field("status", refusal.code());
            for (Refusal.Header header : refusal.headers()) {
                if (header.name().equals("location")) {
                    json.field("location", redaction.path(header.value()));
                }
            }
        } else {
            json.field("by", "cancelled").field("status", 0);
        }
    }

    private static void attempt(Flight flight, long startedAt, Json json) {
        InetSocketAddress address = flight.endpoint().address();
        Head head = flight.head();
        End end = flight.end();
        json.beginObject()
                .field("to", text(address))
                .field("at", flight.startedAt() - startedAt)
                .field("took", flight.endedAt() - flight.startedAt())
                .field("status", head == null ? 0 : head.code())
                .field("end", lower(outcome(flight)));
        if (end != null && end.code() != 0) {
            json.field("code", end.code());
        }
        json.endObject();
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static Outcome outcome(Flight flight) {
        Outcome verdict = flight.verdict();
        End end = flight.end();
        return verdict != null ? verdict : end == null ? Outcome.CANCELLED : end.outcome();
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
