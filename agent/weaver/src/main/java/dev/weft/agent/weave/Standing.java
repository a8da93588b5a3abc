package dev.weft.agent.weave;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.weave.Report.State;
import java.util.concurrent.atomic.LongAdder;

/** How one hook stands in the classes of one loader: the mutable side of a {@link Report.Row}. */
final class Standing {
    final Hook hook;
    private final String module;
    private final String loader;
    private final LongAdder bugs = new LongAdder();
    private volatile State state = State.WOVEN;
    private volatile String reason = "";

    Standing(String module, Hook hook, String loader) {
        this.module = module;
        this.hook = hook;
        this.loader = loader;
    }

    /** Whether that is news. */
    boolean becomes(State now, String why) {
        boolean news = state != now || !reason.equals(why);
        state = now;
        reason = why;
        return news;
    }

    void bug() {
        bugs.increment();
    }

    /** For log lines: {@code AROUND org.x.Foo#bar in app (adapter dev.weft.x.Bar)}. */
    @Override
    public String toString() {
        return where() + " in " + loader + " (adapter " + hook.adapter() + ")";
    }

    private String where() {
        return hook.shape() + " " + hook.type() + "#" + hook.method();
    }

    Report.Row row() {
        return new Report.Row(module, hook.adapter(), where(), loader, state, reason, bugs.sum());
    }
}
