package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.LocalRateLimit.Answer;
import dev.weft.engine.snapshot.RateLimits.OfHost;

/** {@code RateLimit}, the filter that asks a service. */
final class QuotaReader {
    private static final String NAME = "ratelimit.RateLimit";
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int ERROR = 500;
    private static final long TIMEOUT = 20_000_000;
    private static final int WHOLE = 1_000_000;

    private final String where;
    private final Findings findings;

    QuotaReader(String where, Findings findings) {
        this.where = where + ".rate_limit";
        this.findings = findings;
    }

    static GlobalRateLimit idle(String scope) {
        return new GlobalRateLimit(
                scope, null, "", 0, OfHost.OVERRIDE, TIMEOUT, false, ERROR, 0, 0, Answer.DEFAULT, true);
    }

    GlobalRateLimit read(Message limit, String scope) {
        limit.ignore(13); // statistics
        String service = service(limit.message(7));
        String domain = limit.string(1);
        int stage = RateLimitReader.stage(limit.number(2), where + ".stage", findings);
        boolean ours = ours(limit.string(3));
        long timeout = limit.has(4) ? Durations.limit(limit, 4, where + ".timeout", findings) : TIMEOUT;
        boolean deny = limit.flag(5);
        int grpc = limit.flag(6) ? RESOURCE_EXHAUSTED : -1;
        boolean marked = !limit.flag(9);
        var answer = new Answer(
                status(limit, 10, Answer.DEFAULT.status()), grpc, HeaderEditReader.answer(limit, 11, where, findings));
        int denied = status(limit, 12, ERROR);
        int enabled = share(limit, 14, ".filter_enabled");
        int enforced = share(limit, 15, ".filter_enforced");
        findings.unread(limit, NAME);
        if (service.isEmpty() || !ours) {
            return idle(scope);
        }
        try {
            return new GlobalRateLimit(
                    scope,
                    service,
                    domain,
                    stage,
                    OfHost.OVERRIDE,
                    timeout,
                    deny,
                    denied,
                    enabled,
                    enforced,
                    answer,
                    marked);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return idle(scope);
        }
    }

    /** The cluster of the service. */
    private String service(Message config) {
        var grpc = config.message(2);
        var envoy = grpc.message(1);
        String cluster = envoy.string(1);
        findings.unread(envoy, "GrpcService.EnvoyGrpc");
        grpc.ignore(3); // the filter has a time of its own
        if (cluster.isEmpty()) {
            findings.refuse(where + ".rate_limit_service.grpc_service", "only envoy_grpc with a cluster is supported");
        }
        config.ignore(4); // v3 is all there is
        findings.unread(config, "RateLimitServiceConfig");
        findings.unread(grpc, "GrpcService");
        return cluster;
    }

    /** Calls of an application are what Envoy calls internal. */
    private boolean ours(String type) {
        if (!type.isEmpty() && !type.equals("both") && !type.equals("internal") && !type.equals("external")) {
            findings.refuse(where + ".request_type", "'" + type + "' is not known");
        }
        return !type.equals("external");
    }

    /** Envoy takes no other for a refusal. */
    private static int status(Message limit, int field, int usual) {
        long status = limit.has(field) ? limit.message(field).number(1) : usual;
        return status < 400 || status > 599 ? usual : (int) status;
    }

    private int share(Message limit, int field, String at) {
        return limit.has(field) ? Fractions.perMillion(limit.message(field), where + at, NAME + at, findings) : WHOLE;
    }
}
