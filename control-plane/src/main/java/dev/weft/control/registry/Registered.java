package dev.weft.control.registry;

import dev.weft.control.queue.SerialQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An instance, who keeps it alive, and when it ends otherwise. */
final class Registered {
    private Instance own;
    private Overlay overlay;
    private Instance instance;

    /** The stream that keeps it. */
    @Nullable
    Lease owner;

    /** The replica that hears of it; null for this one. */
    @Nullable
    String keeper;

    /** Nothing is heard of that replica any more. */
    boolean isOrphan;

    /** Other replicas have been told that it is kept here. */
    boolean isClaimed;

    /** Of the lease that keeps it instead of a stream. */
    final @Nullable Duration ttl;

    /** By which its state is found out. */
    final @Nullable HealthCheck check;

    /** A rule keeps it. */
    final boolean isDeclared;

    private SerialQueue.@Nullable Timer removal;

    Registered(Instance own, Overlay overlay, @Nullable Duration ttl, @Nullable HealthCheck check) {
        this(own, overlay, ttl, check, false);
    }

    private Registered(
            Instance own, Overlay overlay, @Nullable Duration ttl, @Nullable HealthCheck check, boolean isDeclared) {
        this.isDeclared = isDeclared;
        this.own = own;
        this.overlay = overlay;
        this.ttl = ttl;
        this.check = check;
        this.instance = overlay.over(own);
    }

    static Registered declared(Declaration declaration, Overlay overlay) {
        return new Registered(declaration.instance(), overlay, null, declaration.check(), true);
    }

    /** As callers see it. */
    Instance instance() {
        return instance;
    }

    Instance own() {
        return own;
    }

    Overlay overlay() {
        return overlay;
    }

    /** Whether a stream keeps it, here or at another replica. */
    boolean isAgents() {
        return owner != null || (keeper != null && !isOrphan && ttl == null);
    }

    Kept kept() {
        return new Kept(own, overlay, ttl, check, isDeclared);
    }

    void state(State state) {
        own = own.with(state);
        instance = overlay.over(own);
    }

    /** Whether callers see a difference. */
    boolean overlay(Overlay newOverlay) {
        Instance before = instance;
        overlay = newOverlay;
        instance = newOverlay.over(own);
        return !before.equals(instance);
    }

    void endAt(SerialQueue.Timer timer) {
        stopTimer();
        removal = timer;
    }

    void stopTimer() {
        if (removal != null) {
            removal.cancel();
            removal = null;
        }
    }

    @Override
    public String toString() {
        return "instance " + instance.key() + " of " + instance.host();
    }
}
