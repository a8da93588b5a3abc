package dev.weft.engine.policy;

import dev.weft.engine.snapshot.AdaptiveConcurrency;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Bulkhead;
import dev.weft.engine.snapshot.ExpectedTimeout;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.GlobalRateLimit;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import dev.weft.engine.snapshot.LocalRateLimit;
import dev.weft.engine.snapshot.StatefulSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The order of the policies: a policy without a line here is none.
 *
 * <p><em>Admit</em>, before anything is sent, is the first list, from the outside in. It is ours and not
 * that of a chain of filters: what stands further out decides without asking what stands further in, and
 * who takes a place in something stands behind all who may still refuse. Rules that answer themselves
 * (redirects, direct responses) come after all of these, as the router comes last in Envoy.
 *
 * <p>The second list is what follows, in the order in which it is asked: the limits of the cluster; <em>pick</em>,
 * which removes whom the call must not meet, and chooses; <em>judge</em>: is another attempt under way that may do
 * better (hedging), is another one allowed (conditions, safety, time, and the budget last, because asking takes a
 * place in it), and is there a fallback for what is left; <em>observe</em>, which hears of each attempt as soon as its
 * worth is known, as do the guards of the call's end, in the opposite order. Their order is that of the code, because
 * each needs what the one before it found; so lines can be left out here, and not swapped.
 */
public final class Order {
    /** The one that holds. */
    public static final Order OURS = new Order(
            List.of(
                    // A call whose time is over must cost nobody anything; what it has left is known from here on.
                    GrpcTimeout.class,
                    ExpectedTimeout.class,
                    // It stands for the world outside: what is injected takes no token and no place, and teaches
                    // nothing.
                    Fault.class,
                    // Cheap, and the caller's own doing: who asks too often is told so before anything is asked or
                    // taken.
                    LocalRateLimit.class,
                    // The same, but somebody outside is asked: for none that is refused here anyway.
                    GlobalRateLimit.class,
                    // Who is not to be called at all is not waited for.
                    Breaker.class,
                    // By chance only, so that some calls still find out whether it is over.
                    AdmissionControl.class,
                    // It takes a place that is free or not: nobody waits for it.
                    AdaptiveConcurrency.class,
                    // It takes a place, and may make the call wait for one.
                    Bulkhead.class,
                    // It holds nothing back: where the session is matters to who is chosen when all of these are
                    // passed.
                    StatefulSession.class),
            List.of(
                    // It counts attempts to one cluster, so the cluster must be known that the call really goes to.
                    Policy.FAILOVER_CLUSTER,
                    Policy.CLUSTER_LIMITS,
                    // Who this client talks to at all, then who has the labels of the call: health is judged in these.
                    Policy.RANDOM_SUBSET,
                    Policy.SUBSETS,
                    // Who is well says which priorities take calls, and when so few are that it is ignored.
                    Policy.HEALTH,
                    Policy.PRIORITIES,
                    Policy.PANIC,
                    // Within a priority a part of the map is chosen before an endpoint.
                    Policy.ZONES,
                    Policy.LOCALITY_WEIGHTS,
                    // What is the endpoint's own share in it, before one of them is chosen by it.
                    Policy.WEIGHTS,
                    Policy.SLOW_START,
                    Policy.ROUND_ROBIN,
                    Policy.LEAST_REQUEST,
                    Policy.RANDOM,
                    Policy.PEAK_EWMA,
                    Policy.CLIENT_SIDE_WEIGHTED,
                    Policy.RING_HASH,
                    Policy.MAGLEV,
                    // When the time of the whole is over nothing more is asked; that of an attempt makes it a failure.
                    Policy.CALL_TIMEOUT,
                    Policy.TRY_TIMEOUT,
                    // What is under way may do better, and costs nothing more.
                    Policy.HEDGING,
                    Policy.RETRY,
                    Policy.PREVIOUS_PRIORITIES,
                    // Asking takes a place, so nobody asks who would be refused anyway.
                    Policy.RETRY_BUDGET,
                    // Only for what nothing else has helped.
                    Policy.FALLBACK,
                    // A connection that does not come about is a fact, and no matter of judgement.
                    Policy.CONNECT_BACKOFF,
                    Policy.EJECTION));

    /** A policy of the moments after a call is let in. What a configuration is without it knows whoever takes it out. */
    public enum Policy {
        // ---- admit, in the cluster
        CLUSTER_LIMITS,

        // ---- pick
        FAILOVER_CLUSTER,
        RANDOM_SUBSET,
        SUBSETS,
        HEALTH,
        PRIORITIES,
        PANIC,
        ZONES,
        LOCALITY_WEIGHTS,
        WEIGHTS,
        SLOW_START,
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM,
        PEAK_EWMA,
        CLIENT_SIDE_WEIGHTED,
        RING_HASH,
        MAGLEV,

        // ---- judge
        CALL_TIMEOUT,
        TRY_TIMEOUT,
        HEDGING,
        RETRY,
        PREVIOUS_PRIORITIES,
        RETRY_BUDGET,
        FALLBACK,

        // ---- observe
        CONNECT_BACKOFF,
        EJECTION
    }

    private final List<Class<? extends Guard>> admit;
    private final List<Policy> then;

    private Order(List<Class<? extends Guard>> admit, List<Policy> then) {
        this.admit = List.copyOf(admit);
        this.then = List.copyOf(then);
    }

    /** The kinds of guards in a call's way in, from the outside in. */
    public List<Class<? extends Guard>> admit() {
        return admit;
    }

    /** What it meets when it is in, in the order in which it is asked. */
    public List<Policy> then() {
        return then;
    }

    /** These guards in a call's way in. One without a place in the order is none. */
    public List<Guard> arranged(List<Guard> guards) {
        List<Guard> inOrder = new ArrayList<>(guards);
        inOrder.removeIf(guard -> !admit.contains(guard.getClass()));
        inOrder.sort(Comparator.comparingInt(guard -> admit.indexOf(guard.getClass())));
        return inOrder;
    }

    /** Those that have no line; nearly always none. */
    public Set<Policy> missing() {
        Set<Policy> missing = EnumSet.allOf(Policy.class);
        then.forEach(missing::remove);
        return missing;
    }

    /** This order without one kind: to find out what it is for. */
    public Order without(Class<? extends Guard> kind) {
        List<Class<? extends Guard>> fewer = new ArrayList<>(admit);
        fewer.remove(kind);
        return new Order(fewer, then);
    }

    /** This order without one line: to find out what it is for. */
    public Order without(Policy line) {
        List<Policy> fewer = new ArrayList<>(then);
        fewer.remove(line);
        return new Order(admit, fewer);
    }

    /**
     * This order with two neighbours in each other's place: to find out what their order is for.
     *
     * @param first place of the one that stands further out
     */
    public Order swapped(int first) {
        List<Class<? extends Guard>> other = new ArrayList<>(admit);
        Collections.swap(other, first, first + 1);
        return new Order(other, then);
    }
}
