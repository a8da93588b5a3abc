package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.weave.Report.State;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** How one hook stands in the classes of one loader: the mutable side of a {@link Report.Row}. */
final class Standing {
    private static final long MINUTE = 60_000_000_000L;

    final Hook hook;
    private final String module;
    private final String loader;
    private long bugs;
    private volatile State state = State.WOVEN;
    private volatile String reason = "";

    private final @Nullable WeakReference<ClassLoader> of;
    private long minute;
    private int inThisMinute;

    Standing(String module, Hook hook, @Nullable ClassLoader loader) {
        this.module = module;
        this.hook = hook;
        String name = loader == null ? "boot" : loader.getClass().getName();
        this.loader = loader == null || loader.getName() == null ? name : name + " '" + loader.getName() + "'";
        this.of = loader == null ? null : new WeakReference<>(loader);
    }

    boolean is(Hook other, @Nullable ClassLoader loader) {
        return hook == other && (of == null ? loader == null : loader != null && of.get() == loader);
    }

    boolean gone() {
        return of != null && of.get() == null;
    }

    /** Whether that is news. */
    boolean becomes(State now, String why) {
        boolean news = state != now || !reason.equals(why);
        state = now;
        reason = why;
        return news;
    }

    /** Counts a bug; answers how many there were in this minute. */
    synchronized int bug() {
        bugs++;
        long now = System.nanoTime();
        if (inThisMinute == 0 || now - minute > MINUTE) {
            minute = now;
            inThisMinute = 0;
        }
        return ++inThisMinute;
    }

    boolean isWoven() {
        return state == State.WOVEN;
    }

    boolean isOff() {
        return state == State.OFF;
    }

    /** For log lines: {@code AROUND org.x.Foo#bar in app (adapter dev.weft.x.Bar)}. */
    @Override
    public String toString() {
        return where() + " in " + loader + " (adapter " + hook.adapter() + ")";
    }

    private String where() {
        return hook.shape() + " " + hook.type() + "#" + hook.method();
    }

    synchronized Report.Row row() {
        return new Report.Row(module, hook.adapter(), where(), loader, state, reason, bugs);
    }
}
