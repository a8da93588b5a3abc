package dev.weft.agent.weave;

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
 * <p>The site of {@code wants} holds the adapter as a constant, so that the JIT inlines {@code wants}
 * into the library's method; then the array of arguments never exists, as long as {@code wants}
 * hands it to nobody.
 *
 * <p>The JVM keeps the call sites of code that was replaced for as long as compiled code remembers it. So
 * what it has is the JDK's own, and only its target, which can be taken away, leads to us and keeps us.
 *
 * <p>What leaves an adapter is the library's (a throwable that one of the attempts threw), or meant
 * ({@link Refused}), or else our bug. After a bug nothing is sent that could be a second time: no
 * attempt was made, so the body runs as if we were not here; or one was, and its outcome stands.
 */
final class Site {
    private static final MethodType FAILED = MethodType.methodType(boolean.class, Throwable.class);

    /** What the JVM has of it: nothing of ours, but for its target. */
    private final MutableCallSite callSite;

    private final Linker linker;
    private final String call;
    private final MethodHandles.Lookup caller;
    private final String method;
    private final String desc;
    private final Standing standing;
    private final MethodHandle nothing;

    private volatile MethodHandle live;
    private volatile @Nullable MethodType libraryType;
    /** The adapter's loader. */
    private volatile @Nullable ClassLoader adapters;

    /**
     * For each parameter, and behind them for what the method answers, the class of the value that fitted last: a check
     * against an interface is slow. A race loses nothing but the short cut.
     */
    private volatile @Nullable Class<?> @Nullable [] fitted;

    /** Whether an original of this method has ever run: before it no entry can be one's. */
    private volatile boolean reentrant;

    private volatile @Nullable MethodHandle body;

    Site(
            Linker linker,
            MethodHandles.Lookup caller,
            String call,
            MethodType type,
            String method,
            String desc,
            Standing standing) {
        this.callSite = new MutableCallSite(type);
        this.linker = linker;
        this.call = call;
        this.caller = caller;
        this.method = method;
        this.desc = desc;
        this.standing = standing;
        this.nothing = call.equals("after")
                ? MethodHandles.dropArguments(MethodHandles.identity(Object.class), 1, Object.class, Object[].class)
                : MethodHandles.empty(type);
        this.live = nothing;
        callSite.setTarget(nothing);
    }

    MutableCallSite callSite() {
        return callSite;
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

    void off() {
        live = nothing;
    }

    /** Sets what the site does from now on; {@link Linker#arm} puts it in place. */
    void bind(Object adapter) throws ReflectiveOperationException {
        MethodHandles.Lookup own = MethodHandles.lookup();
        adapters = adapter.getClass().getClassLoader();
        if (call.equals("wants")) {
            live = MethodHandles.catchException(
                    own.findVirtual(Around.class, "wants", callSite.type()).bindTo(adapter),
                    Throwable.class,
                    own.bind(this, "wantsFailed", FAILED));
            return;
        }
        Class<?> hook = switch (standing.hook.shape()) {
            case AROUND -> Around.class;
            case BEFORE -> Before.class;
            case AFTER -> After.class;
        };
        MethodHandle guarded = own.bind(this, call, callSite.type().insertParameterTypes(0, hook));
        live = MethodHandles.insertArguments(guarded, 0, adapter);
    }

    boolean wantsFailed(Throwable thrown) throws Throwable {
        bug(thrown);
        return false;
    }

    @Nullable
    Object @Nullable [] around(Around adapter, Object self, @Nullable Object[] args) throws Throwable {
        @Nullable Object[] mark = reentrant ? mark() : null;
        if (mark != null && Reentry.take(mark, this, self)) {
            return null;
        }
        Attempts attempts = new Attempts(this, mark);
        try {
            Object result = adapter.around(self, args, attempts);
            return new Object[] {fitting(libraryType().parameterCount(), result)};
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            if (attempts.threwThis(thrown)) {
                throw thrown;
            }
            bug(thrown);
            return attempts.made() ? new Object[] {attempts.last(thrown)} : null;
        }
    }

    @Nullable
    Object @Nullable [] before(Before adapter, @Nullable Object self, @Nullable Object[] args) throws Throwable {
        @Nullable Object[] changed = args.clone();
        try {
            adapter.before(self, changed);
            boolean any = false;
            for (int i = 0; i < args.length; i++) {
                if (changed[i] != args[i]) {
                    fitting(i, changed[i]);
                    any = true;
                }
            }
            return any ? changed : null; // the method has its own arguments already
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            bug(thrown);
            return null;
        }
    }

    @Nullable
    Object after(After adapter, @Nullable Object result, @Nullable Object self, @Nullable Object[] args)
            throws Throwable {
        try {
            Object changed = adapter.after(self, args, result);
            return changed == result ? result : fitting(libraryType().parameterCount(), changed);
        } catch (Refused meant) {
            throw meant.getCause();
        } catch (Throwable thrown) {
            bug(thrown);
            return result;
        }
    }

    void reentrant() {
        reentrant = true;
    }

    boolean isReentrant() {
        return reentrant;
    }

    boolean sharesBody(Site other) {
        return caller.lookupClass() == other.caller.lookupClass()
                && method.equals(other.method)
                && desc.equals(other.desc);
    }

    @Nullable
    Object[] mark() {
        return linker.mark();
    }

    /** The library's own code, as (Object self, Object[] args). Checked before it is called: our mistake is not its exception. */
    MethodHandle body(Object self, @Nullable Object[] args) throws ReflectiveOperationException {
        MethodType type = libraryType();
        Class<?> declaring = caller.lookupClass();
        if (!declaring.isInstance(self) || args.length != type.parameterCount()) {
            throw new IllegalArgumentException("not an object or the arguments of " + standing);
        }
        for (int i = 0; i < args.length; i++) {
            fitting(i, args[i]);
        }
        MethodHandle made = body;
        if (made == null) {
            made = caller.findSpecial(declaring, method, type, declaring)
                    .asFixedArity()
                    .asSpreader(Object[].class, type.parameterCount())
                    .asType(MethodType.methodType(Object.class, Object.class, Object[].class));
            linker.reentrant(this);
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

    /**
     * The woven code casts: a wrong type must be found before it gets there.
     *
     * @param place of a parameter, or behind all of them for what the method answers
     */
    private @Nullable Object fitting(int place, @Nullable Object value) {
        @Nullable Class<?>[] known = fitted;
        if (known == null) {
            known = new Class<?>[libraryType().parameterCount() + 1];
            fitted = known;
        }
        if (value != null && value.getClass() == known[place]) {
            return value;
        }
        MethodType type = libraryType();
        Object fits = fitting(place < type.parameterCount() ? type.parameterType(place) : type.returnType(), value);
        if (fits != null && stays(fits.getClass().getClassLoader())) {
            known[place] = fits.getClass();
        }
        return fits;
    }

    /** Whether this loader is there for as long as the site: the classes of another one must not be kept. */
    private boolean stays(@Nullable ClassLoader other) {
        return other == null || other == loader() || other == adapters;
    }

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
        linker.bug(standing, thrown);
    }
}
