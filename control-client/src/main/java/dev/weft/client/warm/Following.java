package dev.weft.client.warm;

import dev.weft.client.resource.Resource;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which listeners are followed: those that are called, bounded in number, until nobody calls them any more. */
final class Following {
    /** Bounds what a client that calls random names can make the control plane do. */
    static final int MOST = 2000;

    private final Tree tree;
    private final Usage usage;
    private final Idle idle = new Idle();
    private boolean changed;

    Following(Tree tree, Usage usage) {
        this.tree = tree;
        this.usage = usage;
    }

    boolean contains(String listener) {
        return tree.wanted().contains(listener);
    }

    /** It is called. */
    void use(String listener, long now) {
        changed |= tree.want(listener);
        idle.used(listener, now);
    }

    void drop(String listener) {
        tree.drop(listener);
        idle.forget(listener);
        changed = true;
    }

    /** Makes sure that one more can be followed: the one that was not used for the longest time gives way. */
    boolean hasRoom(long now) {
        if (tree.wanted().size() < MOST) {
            return true;
        }
        String oldest = idle.oldest(now);
        if (oldest != null) {
            drop(oldest);
        }
        return oldest != null;
    }

    /**
     * Drops what was not used for too long; returns that.
     *
     * @param may false to take note of what is used only
     */
    List<String> dropIdle(boolean may, long now) {
        var used = usage.take();
        var gone = idle.look(listener -> busy(listener, used), may, now);
        gone.forEach(this::drop);
        return gone;
    }

    private boolean busy(String listener, Set<String> used) {
        var table = tree.liveRoutes().get(listener);
        if (table == null) {
            return false;
        }
        // Connections that are no HTTP may have a cluster of their own.
        Set<String> clusters = new HashSet<>(table.clusters());
        clusters.addAll(Resource.Listener.clusters(tree.tcp(listener)));
        // What answers by itself sends nothing anywhere: nobody can say whether it is in use.
        return clusters.isEmpty() || !Collections.disjoint(clusters, used);
    }

    boolean changed() {
        return changed;
    }

    /** What has changed is being subscribed to. */
    void settled() {
        changed = false;
    }

    long wakeAt() {
        return idle.wakeAt();
    }
}
