package dev.weft.telemetry;

import dev.weft.engine.adapt.Peers;
import dev.weft.engine.snapshot.Transport;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is called, with everything that is counted of it: a cluster, or a host that no cluster was found for. */
final class Destination {
    private static final String OUTBOUND = "outbound|";

    private final String name;
    private final boolean cluster;
    final SeriesTable series;

    /** Answers of a cluster's endpoints by class of status, each attempt alone; 0 for none. */
    final LongAdder[] answers = new LongAdder[6];

    /** Calls of which a retry or a hedge has gone well. */
    final LongAdder retrySuccesses = new LongAdder();

    /** Calls whose last attempt failed, and that had no other left. */
    final LongAdder retryLimits = new LongAdder();

    private volatile @Nullable Secured secured;

    /** How long its attempts took. */
    final Histogram attempts = new Histogram();

    /** @param cluster whether the name is a cluster's */
    Destination(String name, boolean cluster, SeriesTable.Room room) {
        this.name = name;
        this.cluster = cluster;
        this.series = new SeriesTable(room);
        for (int i = 0; i < answers.length; i++) {
            answers[i] = new LongAdder();
        }
    }

    private record Secured(Transport.Tls over, Peers peers) {}

    /**
     * Whom a call has met by this transport: its peer's name is known where there is one alone that it may show. How
     * secure it was is for the peer to say, as in Istio. Found once for each change of the configuration.
     */
    Peers peers(Transport over) {
        if (!(over instanceof Transport.Tls tls)) {
            return Peers.UNKNOWN;
        }
        Secured known = secured;
        if (known == null || known.over != tls) {
            known = new Secured(tls, found(tls.expectedNames()));
            secured = known;
        }
        return known.peers;
    }

    private static Peers found(List<String> names) {
        boolean one = names.size() == 1
                && names.get(0).startsWith("spiffe://")
                && names.get(0).indexOf('*') < 0;
        return one ? new Peers(Peers.Security.UNKNOWN, "", names.get(0)) : Peers.UNKNOWN;
    }

    String name() {
        return name;
    }

    boolean cluster() {
        return cluster;
    }

    /** Istio's {@code destination_service}: the host of a cluster named as Istio names it, else the name. */
    String service() {
        return name.startsWith(OUTBOUND) ? name.substring(name.lastIndexOf('|') + 1) : name;
    }

    /** Istio's {@code destination_service_name}. */
    String shortName() {
        String service = service();
        int dot = service.indexOf('.');
        return dot <= 0 || numeric(service) ? service : service.substring(0, dot);
    }

    /** The namespace that a full name tells; {@code unknown} where it tells none. */
    String namespace() {
        String service = service();
        int dot = service.indexOf('.');
        int next = service.indexOf('.', dot + 1);
        boolean told = dot > 0 && next > 0 && service.startsWith("svc.", next + 1);
        return told ? service.substring(dot + 1, next) : MeshMetrics.UNKNOWN;
    }

    private static boolean numeric(String service) {
        char last = service.charAt(service.length() - 1);
        return last >= '0' && last <= '9' || service.indexOf(':') >= 0;
    }
}
