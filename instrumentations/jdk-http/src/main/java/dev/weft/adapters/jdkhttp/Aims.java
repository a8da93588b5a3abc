package dev.weft.adapters.jdkhttp;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Which of the library's request objects belong to an attempt. Static, because hooks are created apart and share
 * nothing else; each adapter loader has its own.
 */
final class Aims {
    /**
     * Weak on both sides: an entry whose request is gone stays until the next one comes, and an attempt holds the
     * application's objects. While it is under way, the future of its answer holds the attempt.
     */
    private static final SideTable<WeakReference<Aim>> REQUESTS = new SideTable<>();

    private Aims() {}

    static void put(Object request, Aim aim) {
        REQUESTS.put(request, aim.weakly());
    }

    static @Nullable Aim of(@Nullable Object request) {
        WeakReference<Aim> aim = REQUESTS.of(request);
        return aim == null ? null : aim.get();
    }
}
