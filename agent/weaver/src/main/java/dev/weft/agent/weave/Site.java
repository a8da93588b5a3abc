package dev.weft.agent.weave;

import dev.weft.agent.weave.Report.State;
import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Before;
import dev.weft.engine.drive.Refused;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import org.jspecify.annotations.Nullable;

/**
 * One woven call site: the adapter, wrapped so that its failures don't reach the application.
 *
 * <p>The target of an AROUND is {@code switch on? wants(args)? around(args) : null : null}. The two
 * calls collect their arguments into an array each, and the adapter is a constant of the first: so
 * {@code wants} is inlined and its array never exists, as long as {@code wants} hands it to nobody.
 * With one array for both it would escape through the second and be allocated on every call.
 *
 * <p>What leaves an adapter is the library's (a throwable that one of the attempts threw), or meant
 * ({@link Refused}), or else our bug. After a bug nothing is sent that could be a second time: no
 * attempt was made, so the body runs as if we were not here; or one was, and its outcome stands.
 */
final class Site extends MutableCallSite {
    private static final int BUGS = 10;
    private static final long MINUTE = 60_000_000_000L;

    private final Linker linker;
    private final MethodHandles.Lookup caller;
    private final String method;
    private final String desc;
    private final Standing standing;
    private final MethodHandle nothing;

    private volatile MethodHandle live;
    private volatile @Nullable MethodType libraryType;
    private volatile @Nullable MethodHandle body;
    private @Nullable Object adapter;
    private int bugs;
    private long minute;

    Site(Linker linker, MethodHandles.Lookup caller, MethodType type, String method, String desc, Standing standing) {
        super(type);
        this.linker = linker;
        this.caller = caller;
        this.method = method;
        this.desc = desc;
        this.standing = standing;
        this.nothing = nothing(standing, type);
        this.live = nothing;
        setTarget(nothing);
    }

    private static MethodHandle nothing(Standing standing, MethodType type) {
        return switch (standing.hook.shape()) {
            case AROUND, BEFORE -> MethodHandles.empty(type);
            case AFTER ->
                type.returnType() == void.class
                        ? MethodHandles.empty(type)
                        : MethodHandles.dropArguments(
                                MethodHandles.identity(type.returnType()),
                                1,
                                type.parameterList().subList(1, type.parameterCount()));
        };
    }

    ClassLoader loader() {
        return caller.lookupClass().getClassLoader();
    }

    Standing standing() {
        return standing;
    }

    MethodHandle nothing() {
        return nothing;
    }

    /** What the site does when the switch is on. */
    MethodHandle live() {
        return live;
    }

    void off(String reason) {
        live = nothing;
        standing.becomes(State.OFF, reason);
        linker.arm(this);
    }

    /** Sets what the site does from now on; {@link Linker#arm} puts it in place. */
    void bind(Object adapter) throws ReflectiveOperationException {
        this.adapter = adapter;
        MethodHandles.Lookup own = MethodHandles.lookup();
        MethodType type = type();
        live = switch (standing.hook.shape()) {
            case AROUND -> {
                MethodHandle wants = spread(
                        own.findVirtual(
                                        Around.class,
                                        "wants",
                                        MethodType.methodType(boolean.class, Object.class, Object[].class))
                                .bindTo(adapter),
                        type.changeReturnType(boolean.class));
                MethodHandle failed =
                        own.bind(this, "wantsFailed", MethodType.methodType(boolean.class, Throwable.class));
                yield MethodHandles.guardWithTest(
                        MethodHandles.catchException(wants, Throwable.class, failed),
                        spread(
                                own.bind(
                                        this,
                                        "around",
                                        MethodType.methodType(Object[].class, Object.class, Object[].class)),
                                type),
                        nothing);
            }
            case BEFORE -> {
                MethodHandle before =
                        own.bind(this, "before", MethodType.methodType(Object[].class, Object.class, Object[].class));
                boolean self = type.parameterCount() > libraryType().parameterCount();
                yield spread(self ? before : MethodHandles.insertArguments(before, 0, (Object) null), type);
            }
            case AFTER -> {
                MethodHandle after = own.bind(
                        this, "after", MethodType.methodType(Object.class, Object.class, Object.class, Object[].class));
                boolean noResult = type.returnType() == void.class;
                int leading = type.parameterCount() - libraryType().parameterCount();
                boolean self = leading == (noResult ? 1 : 2);
                after = self ? after : MethodHandles.insertArguments(after, 1, (Object) null);
                yield spread(noResult ? MethodHandles.insertArguments(after, 0, (Object) null) : after, type);
            }
        };
    }

    /** From (leading..., Object[]) to the type of the site, whose last parameters become the array. */
    private static MethodHandle spread(MethodHandle hook, MethodType site) {
        int leading = hook.type().parameterCount() - 1;
        return hook.asCollector(Object[].class, site.parameterCount() - leading).asType(site);
    }

    private boolean wantsFailed(Throwable thrown) throws Throwable {
        bug(thrown);
        return false;
    }

    private Object @Nullable [] around(Object self, @Nullable Object[] args) throws Throwable {
        if (reentry().take(this, self)) {
            return null;
        }
        Attempts attempts = new Attempts(this);
        try {
            Object result = ((Around) adapter).around(self, args, attempts);
            return new Object[] {fitting(libraryType().returnType(), result)};
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            if (attempts.threwThis(thrown)) {
                throw thrown;
            }
            bug(thrown);
            return attempts.made() == 0 ? null : new Object[] {attempts.last(thrown)};
        }
    }

    private @Nullable Object @Nullable [] before(@Nullable Object self, @Nullable Object[] args) throws Throwable {
        @Nullable Object[] changed = args.clone();
        try {
            ((Before) adapter).before(self, changed);
            for (int i = 0; i < args.length; i++) {
                if (changed[i] != args[i]) {
                    fitting(libraryType().parameterType(i), changed[i]);
                }
            }
            return changed;
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            bug(thrown);
            return null;
        }
    }

    private @Nullable Object after(@Nullable Object result, @Nullable Object self, @Nullable Object[] args)
            throws Throwable {
        try {
            Object changed = ((After) adapter).after(self, args, result);
            return changed == result ? result : fitting(libraryType().returnType(), changed);
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            bug(thrown);
            return result;
        }
    }

    boolean sharesBody(Site other) {
        return caller.lookupClass() == other.caller.lookupClass()
                && method.equals(other.method)
                && desc.equals(other.desc);
    }

    Reentry reentry() {
        return linker.reentry();
    }

    /** The library's own code, as (Object self, Object[] args). Checked before it is called: our mistake is not its exception. */
    MethodHandle body(Object self, @Nullable Object[] args) throws ReflectiveOperationException {
        MethodType type = libraryType();
        Class<?> declaring = caller.lookupClass();
        if (!declaring.isInstance(self) || args.length != type.parameterCount()) {
            throw new IllegalArgumentException("not an object or the arguments of " + standing);
        }
        for (int i = 0; i < args.length; i++) {
            fitting(type.parameterType(i), args[i]);
        }
        MethodHandle made = body;
        if (made == null) {
            made = caller.findSpecial(declaring, method, type, declaring)
                    .asFixedArity()
                    .asSpreader(Object[].class, type.parameterCount())
                    .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
            body = made;
        }
        return made;
    }

    private MethodType libraryType() {
        MethodType type = libraryType;
        if (type == null) {
            type = MethodType.fromMethodDescriptorString(desc, loader());
            libraryType = type;
        }
        return type;
    }

    /** The woven code casts: a wrong type must be found before it gets there. */
    private static @Nullable Object fitting(Class<?> type, @Nullable Object value) {
        if (type == void.class) {
            return null;
        }
        if (type.isPrimitive()
                ? MethodType.methodType(type).wrap().returnType().isInstance(value)
                : value == null || type.isInstance(value)) {
            return value;
        }
        throw new ClassCastException("an adapter answered "
                + (value == null ? "null" : value.getClass().getName()) + " for " + type.getName());
    }

    private void bug(Throwable thrown) throws Throwable {
        if (thrown instanceof VirtualMachineError || thrown.getClass().getName().equals("java.lang.ThreadDeath")) {
            throw thrown;
        }
        standing.bug();
        int count;
        synchronized (this) {
            long now = System.nanoTime();
            if (bugs == 0 || now - minute > MINUTE) {
                minute = now;
                bugs = 0;
            }
            count = ++bugs;
        }
        if (count == 1) {
            linker.log().warn(standing + " failed, the call goes on without it", thrown);
        } else if (count == BUGS) {
            linker.log().warn(standing + " is switched off after " + BUGS + " failures in a minute", thrown);
            off(BUGS + " failures in a minute, the last: " + thrown);
        }
    }
}
