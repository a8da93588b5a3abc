package dev.weft.engine;

import dev.weft.engine.call.Request;
import dev.weft.engine.ledger.Target;
import dev.weft.engine.snapshot.Action;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What rules ask for and calls of this process do not get, because of the client that makes them. Each is said once. */
final class Undone {
    private static final int MOST = 256;

    private final Set<String> all = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Consumer<String> listener;

    void listener(Consumer<String> told) {
        listener = told;
    }

    /** In order. */
    Set<String> all() {
        return new TreeSet<>(all);
    }

    /** A call of a client that sends one attempt at a time, to a route that would send something beside it. */
    void alone(Request request, Target target) {
        Action.Forward forward = target.forward();
        if (Again.mayHedge(request, forward)) {
            say("hedge_policy", target, "a client that blocks sends one attempt at a time");
        }
        if (!forward.mirrors().isEmpty() && request.replayable()) {
            say("request_mirror_policies", target, "a client that blocks sends no copies");
        }
    }

    private void say(String field, Target target, String why) {
        if (all.size() >= MOST) {
            return;
        }
        String route = target.route() == null ? "" : target.route().name();
        String said = field + " of " + target.table().host().name() + " route "
                + (route.isEmpty() ? "(unnamed)" : route) + ": " + why;
        Consumer<String> told = listener;
        if (all.add(said) && told != null) {
            told.accept(said);
        }
    }
}
