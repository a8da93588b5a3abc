package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Balancer;
import dev.weft.engine.snapshot.Balancer.HashFunction;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Sharing;
import dev.weft.engine.snapshot.SlowStart;
import dev.weft.engine.snapshot.ZoneAware;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code lb_policy} with its configuration, or {@code load_balancing_policy}, which goes before it: of
 * a list of extensions the first that is known here.
 */
final class BalancerReader {
    private static final String POLICIES = "type.googleapis.com/envoy.extensions.load_balancing_policies.";
    private static final int MOST_NESTED = 16;
    private static final long SECOND = 1_000_000_000L;

    private final Findings findings;
    private Sharing sharing = Sharing.DEFAULT;

    BalancerReader(Findings findings) {
        this.findings = findings;
    }

    /** How the calls are shared out, as far as the policy says it; there once it is read. */
    Sharing sharing() {
        return sharing;
    }

    Balancer read(Message cluster) {
        common(cluster.message(27));
        if (cluster.has(22)) {
            var reader = new SubsetReader(findings, "lb_subset_config");
            sharing = sharing.divided(reader.read(cluster.message(22), "Cluster.LbSubsetConfig"));
        }
        if (cluster.has(41)) {
            cluster.ignore(6);
            sharing = sharing.zoned(ZoneAware.DEFAULT); // the policy says it, if anything
            var chosen = extension(cluster.message(41), 0);
            if (chosen != null) {
                return chosen;
            }
            findings.refuse("load_balancing_policy", "none of its policies is known here");
            return Balancer.LEAST_REQUEST;
        }
        int policy = (int) cluster.number(6);
        switch (policy) {
            case 0:
                return roundRobin(cluster.message(56), "round_robin_lb_config", "Cluster.RoundRobinLbConfig");
            case 1:
                return leastRequest(cluster.message(37), "least_request_lb_config", "Cluster.LeastRequestLbConfig");
            case 2:
                return ringHash(cluster.message(23));
            case 3:
                return Balancer.RANDOM;
            case 5:
                return maglev(cluster.message(52), "maglev_lb_config", "Cluster.MaglevLbConfig");
            default:
                findings.refuse("lb_policy", policy + " is not known here");
                return Balancer.LEAST_REQUEST;
        }
    }

    private void common(Message common) {
        sharing = sharing.localities(common.has(3));
        findings.unread(common.message(7), "CommonLbConfig.ConsistentHashingLbConfig");
        zone(common.message(2), 0, "common_lb_config.zone_aware_lb_config", "CommonLbConfig.ZoneAwareLbConfig");
        if (common.has(8)) {
            Set<Health> keeping = EnumSet.noneOf(Health.class);
            common.message(8).numbers(1).forEach(status -> keeping.add(EndpointReader.health(status)));
            sharing = sharing.keeping(keeping);
        }
    }

    /** @param force where the message has that field, else 0 */
    private void zone(Message config, int force, String where, String type) {
        sharing = sharing.panic(config.flag(3));
        double percent = config.has(1) ? config.message(1).real(1) : ZoneAware.DEFAULT.percent();
        long least = config.wrapped(2, ZoneAware.DEFAULT.minClusterSize());
        boolean forced = force != 0 && config.flag(force);
        findings.unread(config, type);
        try {
            sharing = sharing.zoned(new ZoneAware(percent, least, forced));
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Balancer extension(Message policies, int depth) {
        if (depth == MOST_NESTED) {
            findings.refuse("load_balancing_policy", "nested deeper than " + MOST_NESTED);
            return Balancer.LEAST_REQUEST;
        }
        for (Message policy : policies.messages(1)) {
            var any = policy.message(4).message(2);
            String url = any.string(1);
            if (url.startsWith(POLICIES)) {
                Sharing before = sharing;
                var chosen = known(url.substring(POLICIES.length()), Message.of(any.bytes(2)), depth);
                if (chosen != null) {
                    return chosen;
                }
                sharing = before; // nothing stays of a policy that is passed over
            }
        }
        return null;
    }

    private @Nullable Balancer known(String type, Message config, int depth) {
        String where = "load_balancing_policy." + type.substring(0, Math.max(0, type.indexOf('.')));
        return switch (type) {
            case "round_robin.v3.RoundRobin" -> {
                localities(config.message(2));
                yield roundRobin(config, where, "RoundRobin");
            }
            case "least_request.v3.LeastRequest" -> {
                localities(config.message(4));
                yield leastRequest(config, where, "LeastRequest");
            }
            case "random.v3.Random" -> {
                localities(config.message(1));
                yield Balancer.RANDOM;
            }
            case "ring_hash.v3.RingHash" -> {
                sharing = sharing.localities(config.has(7));
                config.ignore(7);
                findings.unread(config.message(6), "ConsistentHashingLbConfig");
                yield ringHash(config, where, (int) config.number(1) == 2, 2, 3, "RingHash");
            }
            case "maglev.v3.Maglev" -> {
                sharing = sharing.localities(config.has(3));
                config.ignore(3);
                findings.unread(config.message(2), "ConsistentHashingLbConfig");
                yield maglev(config, where, "Maglev");
            }
            case "client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin" -> weighted(config, where);
            case "peak_ewma.v3alpha.PeakEwma" -> peakEwma(config, where);
            case "wrr_locality.v3.WrrLocality" -> {
                sharing = sharing.localities(true);
                yield extension(config.message(1), depth + 1);
            }
            case "random_subsetting.v3.RandomSubsetting" -> {
                int size = (int) number(config, 1, 0, 1, Integer.MAX_VALUE, where + ".subset_size");
                sharing = sharing.few(size);
                yield extension(config.message(2), depth + 1);
            }
            case "subset.v3.Subset" -> {
                var child = config.message(9);
                sharing = sharing.divided(new SubsetReader(findings, where).read(config, "Subset"));
                yield extension(child, depth + 1);
            }
            default -> null;
        };
    }

    private Balancer roundRobin(Message config, String where, String type) {
        var slow = slowStart(config, 1, where);
        findings.unread(config, type);
        return slow == null ? Balancer.ROUND_ROBIN : new Balancer.RoundRobin(slow);
    }

    private Balancer leastRequest(Message config, String where, String type) {
        int choices = (int) number(config, 1, 2, 2, Integer.MAX_VALUE, where + ".choice_count");
        double bias = config.has(2) ? config.message(2).real(1) : 1;
        RuntimeKeys.report(config.message(2), type + ".active_request_bias", findings);
        var slow = slowStart(config, 3, where);
        findings.unread(config, type);
        return made(Balancer.LEAST_REQUEST, where, () -> new Balancer.LeastRequest(choices, bias, slow));
    }

    private Balancer ringHash(Message legacy) {
        boolean murmur = legacy.number(3) == 1;
        return ringHash(legacy, "ring_hash_lb_config", murmur, 1, 4, "Cluster.RingHashLbConfig");
    }

    private Balancer ringHash(Message config, String where, boolean murmur, int least, int most, String type) {
        long smallest = number(config, least, 1024, 1, Balancer.RingHash.MOST, where + ".minimum_ring_size");
        long largest =
                number(config, most, Balancer.RingHash.MOST, 1, Balancer.RingHash.MOST, where + ".maximum_ring_size");
        findings.unread(config, type);
        var function = murmur ? HashFunction.MURMUR_HASH_2 : HashFunction.XX_HASH;
        return made(Balancer.RING_HASH, where, () -> new Balancer.RingHash(function, (int) smallest, (int) largest));
    }

    private Balancer maglev(Message config, String where, String type) {
        long size = number(config, 1, 65_537, 2, Balancer.Maglev.MOST, where + ".table_size");
        findings.unread(config, type);
        return made(Balancer.MAGLEV, where, () -> new Balancer.Maglev((int) size));
    }

    private Balancer weighted(Message config, String where) {
        long blackout = Durations.nanos(config, 3, 10 * SECOND, where + ".blackout_period", findings);
        long expiration = Durations.positive(config, 4, 180 * SECOND, where + ".weight_expiration_period", findings);
        long update = Durations.nanos(config, 5, SECOND, where + ".weight_update_period", findings);
        double penalty = config.has(6) ? config.message(6).single(1) : 1;
        var utilizations = config.strings(7);
        if (config.wrapped(1, 0) != 0) {
            findings.unsupported("ClientSideWeightedRoundRobin.enable_oob_load_report (reports are read from answers)");
        }
        config.ignore(2);
        findings.unread(config, "ClientSideWeightedRoundRobin");
        return made(
                Balancer.ROUND_ROBIN,
                where,
                () -> new Balancer.ClientSideWeighted(blackout, expiration, update, penalty, utilizations));
    }

    private Balancer peakEwma(Message config, String where) {
        var usual = (Balancer.PeakEwma) Balancer.PEAK_EWMA;
        long decay = Durations.positive(config, 1, usual.decayNanos(), where + ".decay_time", findings);
        findings.unread(config, "PeakEwma");
        return new Balancer.PeakEwma(decay, usual.defaultRttNanos(), usual.failurePenaltyNanos());
    }

    private void localities(Message config) {
        sharing = sharing.localities(config.has(2));
        if (config.has(1)) {
            zone(config.message(1), 4, "zone_aware_lb_config", "LocalityLbConfig.ZoneAwareLbConfig");
        }
        config.ignore(2);
        findings.unread(config, "LocalityLbConfig");
    }

    private @Nullable SlowStart slowStart(Message owner, int field, String where) {
        var config = owner.message(field);
        long window = Durations.nanos(config, 1, 0, where + ".slow_start_window", findings);
        double aggression = config.has(2) ? config.message(2).real(1) : 1;
        RuntimeKeys.report(config.message(2), "SlowStartConfig.aggression", findings);
        double percent = config.has(3) ? config.message(3).real(1) : 10;
        if (window == 0) {
            return null;
        }
        try {
            return new SlowStart(window, aggression, percent);
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private long number(Message message, int field, long absent, long least, long most, String where) {
        long number = message.wrapped(field, absent);
        if (number < least || number > most) {
            findings.refuse(where, number + " is out of range");
            return Math.max(least, absent);
        }
        return number;
    }

    /** What the type itself refuses is refused here. */
    private Balancer made(Balancer instead, String where, Supplier<Balancer> type) {
        try {
            return type.get();
        } catch (IllegalArgumentException e) {
            findings.refuse(where, String.valueOf(e.getMessage()));
            return instead;
        }
    }
}
