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
import java.util.List;

/**
 * The order of the policies.
 *
 * <p><em>Admit</em>, before anything is sent, is the list below, from the outside in. It is ours and not
 * that of a chain of filters: what stands further out decides without asking what stands further in, and
 * who takes a place in something stands behind all who may still refuse. Rules that answer themselves
 * (redirects, direct responses) and the limits of the cluster come after all of these, as the router
 * comes last in Envoy.
 *
 * <p><em>Pick</em> then removes whom the call must not meet, and chooses. <em>Judge</em> asks in this
 * order: is another attempt under way that may do better (hedging), is another one allowed (conditions,
 * safety, time, and the budget last, because asking takes a place in it), and is there a fallback for what
 * is left. <em>Observe</em> hears of each
 * attempt as soon as its worth is known, and the guards of the call's end in the opposite order.
 */
public final class Order {
    /** The one that holds. */
    public static final Order OURS = new Order(List.of(
            // A call whose time is over must cost nobody anything; what it has left is known from here on.
            GrpcTimeout.class,
            ExpectedTimeout.class,
            // It stands for the world outside: what is injected takes no token and no place, and teaches nothing.
            Fault.class,
            // Cheap, and the caller's own doing: who asks too often is told so before anything is asked or taken.
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
            // It holds nothing back: where the session is matters to who is chosen when all of these are passed.
            StatefulSession.class));

    private final List<Class<? extends Guard>> admit;

    private Order(List<Class<? extends Guard>> admit) {
        this.admit = List.copyOf(admit);
    }

    /** The kinds of guards in a call's way in, from the outside in. */
    public List<Class<? extends Guard>> admit() {
        return admit;
    }

    /** These guards in a call's way in. One without a place in the order is none. */
    public List<Guard> arranged(List<Guard> guards) {
        List<Guard> inOrder = new ArrayList<>(guards);
        inOrder.removeIf(guard -> !admit.contains(guard.getClass()));
        inOrder.sort(Comparator.comparingInt(guard -> admit.indexOf(guard.getClass())));
        return inOrder;
    }

    /** This order without one kind: to find out what it is for. */
    public Order without(Class<? extends Guard> kind) {
        List<Class<? extends Guard>> fewer = new ArrayList<>(admit);
        fewer.remove(kind);
        return new Order(fewer);
    }

    /**
     * This order with two neighbours in each other's place: to find out what their order is for.
     *
     * @param first place of the one that stands further out
     */
    public Order swapped(int first) {
        List<Class<? extends Guard>> other = new ArrayList<>(admit);
        Collections.swap(other, first, first + 1);
        return new Order(other);
    }
}
