package dev.weft.control.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it stands in the file. What a file of an earlier version lacks is 0, empty or null.
 *
 * @param ttlMillis 0 for one that an agent keeps
 * @param operatorState empty for none
 * @param operatorWeight 0 for none
 */
record Saved(
        String service,
        String namespace,
        String host,
        String address,
        int port,
        String protocol,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        String state,
        String connectedSince,
        String node,
        long ttlMillis,
        @Nullable String operatorState,
        int operatorWeight,
        @Nullable Map<String, String> operatorLabels,
        @Nullable SavedCheck check,
        boolean declared,
        @Nullable List<String> identities) {
    static Saved of(Kept kept) {
        Instance i = kept.own();
        Overlay overlay = kept.overlay();
        return new Saved(
                i.service(),
                i.namespace(),
                i.host(),
                i.address(),
                i.port(),
                i.protocol(),
                i.labels(),
                i.region(),
                i.zone(),
                i.weight(),
                i.state().name(),
                i.connectedSince().toString(),
                i.node(),
                kept.ttl() == null ? 0 : kept.ttl().toMillis(),
                overlay.state() == null ? "" : overlay.state().name(),
                overlay.weight() == null ? 0 : overlay.weight(),
                overlay.labels(),
                kept.check() == null ? null : SavedCheck.of(kept.check()),
                kept.isDeclared(),
                i.identities().isEmpty() ? null : List.copyOf(i.identities()));
    }

    Kept kept() {
        Instance own = new Instance(
                service,
                namespace,
                host,
                address,
                port,
                protocol,
                labels,
                region,
                zone,
                Math.max(1, weight),
                State.valueOf(state),
                Instant.parse(connectedSince),
                node,
                Set.of(),
                identities == null ? Set.of() : Set.copyOf(identities));
        Overlay overlay = new Overlay(
                operatorState == null || operatorState.isEmpty() ? null : State.valueOf(operatorState),
                operatorWeight == 0 ? null : operatorWeight,
                operatorLabels == null ? Map.of() : operatorLabels);
        return new Kept(
                own,
                overlay,
                ttlMillis == 0 ? null : Duration.ofMillis(ttlMillis),
                check == null ? null : check.check(),
                declared);
    }
}
