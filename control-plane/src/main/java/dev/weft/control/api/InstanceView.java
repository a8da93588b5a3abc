package dev.weft.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.weft.control.registry.Entry;
import dev.weft.control.registry.HealthCheck;
import dev.weft.control.registry.HealthCheck.How;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Overlay;
import dev.weft.control.registry.State;
import dev.weft.control.rule.Durations;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance as the API shows it.
 *
 * @param state as callers see it
 * @param reported as the instance says itself
 * @param source {@code agent}, {@code api} or {@code rule}: who keeps it
 * @param lease null when an agent or a rule keeps it
 * @param operator null when no operator has said anything
 * @param check null when the instance says itself how it is
 */
record InstanceView(
        String service,
        String namespace,
        String host,
        String address,
        int port,
        String protocol,
        String version,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        String state,
        String reported,
        String connectedSince,
        String source,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LeaseView lease,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable OperatorView operator,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CheckView check,
        String etag) {

    /** @param held it has ended, and is kept because too many ended at once */
    record LeaseView(String ttl, String left, boolean held) {}

    /** Each part is null, or empty, where the operator is silent. */
    record OperatorView(@Nullable State state, @Nullable Integer weight, Map<String, String> labels) {}

    /**
     * @param http empty when something else is tried
     * @param tcp whether a connection is enough
     * @param grpc a service, empty for the whole server; null when something else is tried
     */
    record CheckView(
            String http,
            boolean tcp,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String grpc,

            String interval,
            String timeout,
            int healthy,
            int unhealthy) {
        static CheckView of(HealthCheck check) {
            return new CheckView(
                    check.how() instanceof How.Http get ? get.path() : "",
                    check.how() instanceof How.Connection,
                    check.how() instanceof How.Grpc call ? call.service() : null,
                    Durations.show(check.interval()),
                    Durations.show(check.timeout()),
                    check.healthy(),
                    check.unhealthy());
        }
    }

    static InstanceView of(Entry entry) {
        Instance i = entry.instance();
        Overlay overlay = entry.overlay();
        Entry.Term term = entry.lease();
        return new InstanceView(
                i.service(),
                i.namespace(),
                i.host(),
                i.address(),
                i.port(),
                i.protocol(),
                i.version(),
                i.labels(),
                i.region(),
                i.zone(),
                i.weight(),
                i.state().name(),
                entry.own().state().name(),
                i.connectedSince().toString(),
                entry.isDeclared() ? "rule" : term == null ? "agent" : "api",
                term == null ? null : new LeaseView(Durations.show(term.ttl()), left(term), term.isHeld()),
                overlay.equals(Overlay.NONE)
                        ? null
                        : new OperatorView(overlay.state(), overlay.weight(), overlay.labels()),
                entry.check() == null ? null : CheckView.of(entry.check()),
                version(entry));
    }

    /** In whole seconds, begun ones counted. */
    private static String left(Entry.Term term) {
        return Durations.show(term.left().plusMillis(999).truncatedTo(ChronoUnit.SECONDS));
    }

    /** Of what somebody has said: how much is left of a lease is no change. */
    static String version(Entry entry) {
        Entry.Term term = entry.lease();
        return Etag.of(
                entry.own() + " " + entry.overlay() + " " + (term == null ? "" : term.ttl()) + " " + entry.check());
    }
}
