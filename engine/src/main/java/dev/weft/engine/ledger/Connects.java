package dev.weft.engine.ledger;

import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.policy.Reconnecting;
import dev.weft.engine.snapshot.ConnectBackoff;

/**
 * Leaves out endpoints to which no connection comes about. The first failure is enough, since it is no judgement but
 * a fact: where nobody listens, nobody answers. When its time is over one attempt tries the endpoint; the others
 * leave it alone until that one was answered, or has failed too and the next time is longer. Any answer puts it back.
 *
 * <p>Attempts overlap, so it matters when one began. Many that fail together are one failure; one that fails while
 * the endpoint is out says nothing new; and one that is answered, or fails, although it began before the endpoint's
 * last change, is of a time that is over: a service that stops answers what is under way long after it has stopped
 * to listen.
 */
final class Connects {
    private final ConnectBackoff policy;
    private final ClusterStats stats;
    private final RandomSource random;

    Connects(ConnectBackoff policy, ClusterStats stats, RandomSource random) {
        this.policy = policy;
        this.stats = stats;
        this.random = random;
    }

    /** An attempt is sent to an endpoint that is not reached. */
    void began(EndpointStats numbers, long now) {
        EndpointMemory memory = numbers.memory;
        synchronized (stats) {
            if (numbers.activity.unreached() && now >= memory.unreachedUntil) {
                memory.triedAt = now;
                leaveOut(memory, now);
            }
        }
    }

    void failed(EndpointStats numbers, long began, long now) {
        EndpointMemory memory = numbers.memory;
        synchronized (stats) {
            boolean over = now >= memory.unreachedUntil;
            boolean counts =
                    numbers.activity.unreached() ? over || began >= memory.triedAt : began >= memory.reachedSince;
            if (counts) {
                memory.unreachedInARow = numbers.activity.unreached() ? memory.unreachedInARow + 1 : 1;
                memory.connectFailedAt = now;
                memory.triedAt = Long.MAX_VALUE;
                leaveOut(memory, now);
                numbers.activity.unreached(true);
            }
        }
    }

    private void leaveOut(EndpointMemory memory, long now) {
        long until = now + Reconnecting.backoff(policy, memory.unreachedInARow, random);
        memory.unreachedUntil = until < now ? Long.MAX_VALUE : until;
        stats.ejectionEpoch++;
    }

    /** An answer came. */
    void answered(EndpointStats numbers, long began) {
        EndpointMemory memory = numbers.memory;
        synchronized (stats) {
            if (numbers.activity.unreached() && began >= memory.connectFailedAt) {
                memory.reachedSince = began;
                memory.healthySince = EndpointStats.NEVER; // who has started anew is cold
                numbers.activity.unreached(false);
                stats.ejectionEpoch++;
            }
        }
    }
}
