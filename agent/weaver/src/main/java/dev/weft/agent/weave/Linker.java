package dev.weft.agent.weave;

import dev.weft.agent.adapter.Shape;
import dev.weft.agent.loader.AdapterLoaders;
import dev.weft.agent.weave.Report.State;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.invoke.SwitchPoint;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Links woven call sites to adapters when they first run, and holds the one switch over all of them. */
final class Linker {
    private static final int BUGS = 10;

    private final AdapterLoaders adapters;
    private final Verdicts verdicts;
    private final Standings standings;
    private final Log log;
    private final ThreadLocal<@Nullable Object[]> marks = Reentry.marks();
    private final ThreadLocal<ArrayDeque<Site>> linking = new ThreadLocal<>();

    private final List<WeakReference<Site>> sites = new ArrayList<>();
    /** Made with the first site that is armed. */
    private @Nullable SwitchPoint point;

    private boolean on = true;
    private boolean ended;

    Linker(AdapterLoaders adapters, Verdicts verdicts, Standings standings, Log log) {
        this.adapters = adapters;
        this.verdicts = verdicts;
        this.standings = standings;
        this.log = log;
    }

    /** This linker as {@code WeftLink} calls it. */
    MethodHandle handle() throws ReflectiveOperationException {
        MethodType type = MethodType.methodType(
                CallSite.class,
                MethodHandles.Lookup.class,
                String.class,
                MethodType.class,
                String.class,
                String.class,
                String.class);
        return MethodHandles.lookup().bind(this, "link", type);
    }

    /**
     * Bootstrap of a call site. Making an adapter runs code that may itself meet an unlinked site, on
     * this thread, perhaps this very one. Such a site does nothing at first and is linked when the
     * outermost is done.
     */
    CallSite link(
            MethodHandles.Lookup caller, String call, MethodType type, String adapter, String method, String desc) {
        Standing standing = standings.of(caller.lookupClass(), shape(call), adapter, method);
        Site site = new Site(this, caller, call, type, method, desc, standing);
        ArrayDeque<Site> waiting = linking.get();
        if (waiting != null) {
            waiting.add(site);
            return site.callSite();
        }
        waiting = new ArrayDeque<>();
        linking.set(waiting);
        try {
            for (Site next = site; next != null; next = waiting.poll()) {
                resolve(next);
            }
        } finally {
            linking.remove();
        }
        return site.callSite();
    }

    private static Shape shape(String call) {
        return switch (call) {
            case "before" -> Shape.BEFORE;
            case "after" -> Shape.AFTER;
            default -> Shape.AROUND;
        };
    }

    private void resolve(Site site) {
        Standing standing = site.standing();
        try {
            if (!verdicts.fits(site.loader(), standing.hook)) {
                return;
            }
            site.bind(adapters.adapter(site.loader(), standing.hook.adapter(), standing.hook.opens()));
            add(site);
            if (standing.isOff()) {
                site.off();
            }
            arm(site);
        } catch (Throwable failed) {
            standing.bug();
            if (standing.becomes(State.OFF, "linking failed: " + failed)) {
                log.warn(standing + " can't be linked and does nothing", failed);
            }
        }
    }

    private synchronized void add(Site site) {
        for (WeakReference<Site> reference : sites) {
            Site other = reference.get();
            if (other != null && other.isReentrant() && other.sharesBody(site)) {
                site.reentrant();
            }
        }
        sites.add(new WeakReference<>(site));
    }

    /** An original is about to run for the first time, and will enter every site around its method. */
    synchronized void reentrant(Site site) {
        site.reentrant();
        for (WeakReference<Site> reference : sites) {
            Site other = reference.get();
            if (other != null && other.sharesBody(site)) {
                other.reentrant();
            }
        }
    }

    /** Puts into place what the site does: nothing while the switch is off. */
    synchronized void arm(Site site) {
        MutableCallSite callSite = site.callSite();
        if (ended) {
            callSite.setTarget(site.nothing());
        } else if (on) {
            SwitchPoint current = point == null ? new SwitchPoint() : point;
            point = current;
            callSite.setTarget(current.guardWithTest(site.live(), site.nothing()));
        } else {
            // Off, but not forgotten: the target is what keeps the site.
            SwitchPoint off = new SwitchPoint();
            callSite.setTarget(off.guardWithTest(site.live(), site.nothing()));
            SwitchPoint.invalidateAll(new SwitchPoint[] {off});
        }
        MutableCallSite.syncAll(new MutableCallSite[] {callSite});
    }

    /** Our own code failed at a site of this hook: said once a minute, too much when it is often. */
    void bug(Standing standing, Throwable thrown) {
        int count = standing.bug();
        if (count == 1) {
            log.warn(standing + " failed, the call goes on without it", thrown);
        } else if (count == BUGS) {
            standing.becomes(State.OFF, BUGS + " failures in a minute, the last: " + thrown);
            forget(standing);
            log.warn(standing + " is switched off after " + BUGS + " failures in a minute", thrown);
        }
    }

    private synchronized void forget(Standing standing) {
        for (WeakReference<Site> reference : sites) {
            Site site = reference.get();
            if (site != null && site.standing() == standing) {
                site.off();
                arm(site);
            }
        }
    }

    synchronized void off() {
        on = false;
        if (point != null) {
            SwitchPoint.invalidateAll(new SwitchPoint[] {point});
        }
    }

    /** Off for good, and nothing of ours stays in any site. */
    synchronized void end() {
        off();
        ended = true;
        for (WeakReference<Site> reference : sites) {
            Site site = reference.get();
            if (site != null) {
                arm(site);
            }
        }
        sites.clear();
    }

    /** A switch point stays off for ever, so each site gets a fresh one. */
    synchronized void on() {
        on = true;
        point = null;
        for (int i = sites.size() - 1; i >= 0; i--) {
            Site site = sites.get(i).get();
            if (site == null) {
                sites.remove(i);
            } else {
                arm(site);
            }
        }
    }

    synchronized boolean isOn() {
        return on;
    }

    /** This thread's, for {@link Reentry}. */
    @Nullable
    Object[] mark() {
        return marks.get();
    }
}
