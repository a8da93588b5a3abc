package dev.weft.engine.balance;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How the calls of a cluster are shared out over its priorities, in percent (Envoy's arithmetic, with
 * its rounding: {@code LoadBalancerBase::recalculatePerPriorityState}).
 *
 * @param healthy to the healthy endpoints of each priority
 * @param degraded to the degraded ones; with the healthy ones 100
 * @param panic where too few are available, so that health is ignored
 */
public record Priorities(int[] healthy, int[] degraded, boolean[] panic) {
    /**
     * @param hosts of each priority, healthy or not
     * @param healthy of these
     * @param degraded of these
     * @param overprovisioning percent; 140 means that 72 % are as good as all
     * @param panicThreshold percent
     */
    public static Priorities of(int[] hosts, int[] healthy, int[] degraded, int overprovisioning, int panicThreshold) {
        int n = hosts.length;
        int[] health = availability(healthy, hosts, overprovisioning);
        int[] weakness = availability(degraded, hosts, overprovisioning);
        int total = Math.min(100, sum(health) + sum(weakness));
        Priorities made = new Priorities(new int[n], new int[n], new boolean[n]);
        if (total > 0) {
            made.share(health, weakness, total);
        } else if (panicThreshold == 0) {
            made.healthy[0] = 100;
            return made;
        }
        boolean everywhere = true;
        for (int i = 0; i < n; i++) {
            made.panic[i] = total < 100 && panics(hosts[i], healthy[i], degraded[i], panicThreshold);
            everywhere &= made.panic[i];
        }
        if (everywhere) {
            made.shareByHosts(hosts);
        }
        return made;
    }

    /**
     * Shares for a call that is sent again, without the priorities that it has tried (Envoy: {@code
     * PreviousPrioritiesRetryPriority}); null where nobody else is available. Whether a priority is in panic stays
     * as it is for all other calls.
     */
    public @Nullable Priorities without(
            BitSet tried, int[] hosts, int[] healthy, int[] degraded, int overprovisioning) {
        int[] health = availability(healthy, hosts, overprovisioning);
        int[] weakness = availability(degraded, hosts, overprovisioning);
        for (int i = tried.nextSetBit(0); i >= 0 && i < hosts.length; i = tried.nextSetBit(i + 1)) {
            health[i] = 0;
            weakness[i] = 0;
        }
        int total = Math.min(100, sum(health) + sum(weakness));
        if (total == 0) {
            return null;
        }
        Priorities made = new Priorities(new int[hosts.length], new int[hosts.length], panic);
        made.share(health, weakness, total);
        return made;
    }

    /** Whether it comes to panic anywhere. */
    public boolean anyPanic() {
        for (boolean one : panic) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private void share(int[] health, int[] weakness, int total) {
        int left = distribute(healthy, health, 100, total);
        left = distribute(degraded, weakness, left, total);
        int first = firstAbove0(health);
        if (first >= 0) {
            healthy[first] += left;
        } else {
            degraded[firstAbove0(weakness)] += left;
        }
    }

    private static int[] availability(int[] good, int[] hosts, int overprovisioning) {
        int[] percent = new int[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            percent[i] = hosts[i] == 0 ? 0 : (int) Math.min(100, (long) overprovisioning * good[i] / hosts[i]);
        }
        return percent;
    }

    private static boolean panics(int hosts, int healthy, int degraded, int threshold) {
        double available = hosts == 0 ? 0 : 100.0 * healthy / hosts + 100.0 * degraded / hosts;
        return available < threshold;
    }

    /** As much as each can take, the first ones first; returns what is left. */
    private static int distribute(int[] load, int[] available, int toShare, int total) {
        int left = toShare;
        for (int i = 0; i < load.length; i++) {
            load[i] = Math.min(left, available[i] * 100 / total);
            left -= load[i];
        }
        return left;
    }

    /** Panic everywhere: in proportion to the number of endpoints. */
    private void shareByHosts(int[] hosts) {
        Arrays.fill(degraded, 0);
        Arrays.fill(healthy, 0);
        int all = sum(hosts);
        int first = Math.max(0, firstAbove0(hosts));
        int left = 100;
        for (int i = 0; i < hosts.length && all > 0; i++) {
            healthy[i] = (int) (100L * hosts[i] / all);
            left -= healthy[i];
        }
        healthy[first] += left;
    }

    private static int sum(int[] values) {
        int sum = 0;
        for (int value : values) {
            sum += value;
        }
        return sum;
    }

    private static int firstAbove0(int[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                return i;
            }
        }
        return -1;
    }
}
