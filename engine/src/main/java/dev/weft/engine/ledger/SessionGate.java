package dev.weft.engine.ledger;

import dev.weft.engine.balance.PickContext;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.policy.Keeping;
import dev.weft.engine.route.Cookies;
import dev.weft.engine.snapshot.Route;
import dev.weft.engine.snapshot.StatefulSession;
import dev.weft.engine.snapshot.StatefulSession.Key;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Remembers of each call where its session is. */
public final class SessionGate implements Gate {
    private final StatefulSession policy;
    private final Key key;
    private final LongAdder begun = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder moved = new LongAdder();

    /** @param policy one that is not idle */
    SessionGate(StatefulSession policy) {
        this.policy = policy;
        this.key = Objects.requireNonNull(policy.key());
    }

    @Override
    public StatefulSession guard() {
        return policy;
    }

    @Override
    public Verdict admit(Request request, @Nullable String cluster, Route route, long now) {
        return cluster == null || !Keeping.concerns(key, request.path())
                ? Verdict.GO
                : Verdict.holding(new Session(address(request)));
    }

    @Override
    public Forecast foretell(Request request, @Nullable String cluster, Route route, long now) {
        return Forecast.GO;
    }

    private @Nullable String address(Request request) {
        return Keeping.address(
                key instanceof Key.Cookie cookie
                        ? Cookies.value(request.joined("cookie"), cookie.name())
                        : request.header(((Key.Header) key).name()));
    }

    /** What this request wishes beside what it wishes otherwise. Counts nothing. */
    public PickContext wish(Request request, PickContext otherwise) {
        String address = Keeping.concerns(key, request.path()) ? address(request) : null;
        return address == null ? otherwise : otherwise.keeping(address, policy.strict());
    }

    /** Sessions that began. */
    public long begun() {
        return begun.sum();
    }

    /** Calls that were answered by the endpoint of their session. */
    public long kept() {
        return kept.sum();
    }

    /** Calls that were answered by another one. */
    public long moved() {
        return moved.sum();
    }

    @Override
    public String words(long now) {
        String where =
                key instanceof Key.Cookie cookie ? "cookie " + cookie.name() : "header " + ((Key.Header) key).name();
        return "session (" + policy.scope() + ") by " + where + (policy.strict() ? ", strictly" : "") + ": " + begun()
                + " began, " + kept() + " calls kept to theirs, " + moved() + " moved";
    }

    /** The session of a call. */
    public final class Session implements Place {
        private final @Nullable String address;

        private Session(@Nullable String address) {
            this.address = address;
        }

        /** What its call wishes beside what it wishes otherwise. */
        public PickContext wish(PickContext otherwise) {
            return address == null ? otherwise : otherwise.keeping(address, policy.strict());
        }

        /** Why no endpoint would do, in words; null where that is not because of the session. */
        public @Nullable String unkept() {
            return address == null || !policy.strict()
                    ? null
                    : "the endpoint of its session, " + address + ", can't be used";
        }

        /** What the answer has to say, where something has changed. Called once. */
        public Refusal.@Nullable Header answered(String by) {
            if (by.equals(address)) {
                kept.increment();
                return null;
            }
            (address == null ? begun : moved).increment();
            return Keeping.answer(key, by);
        }

        @Override
        public void leave(@Nullable Outcome outcome, int code, long now) {}
    }
}
