package dev.weft.adapters.okhttp;

import java.lang.ref.WeakReference;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The library's own addresses of hosts in the mesh. It makes one for each call, before anybody knows where that goes,
 * and we throw it away; so it gets the same one again.
 *
 * <p>Each lives as long as an aimed one that was made of it, and so as long as a connection. A slot is overwritten by
 * the next host that falls into it; a race costs an address.
 */
final class OwnAddresses {
    private static final int SLOTS = 64;

    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to an array of a generic type
    private final @Nullable WeakReference<KeptAddress>[] slots = new WeakReference[SLOTS];

    void keep(HttpUrl url, KeptAddress own) {
        slots[slot(url)] = new WeakReference<>(own);
    }

    boolean mayHave(HttpUrl url) {
        return slots[slot(url)] != null;
    }

    /** The one that the library would make now; null where it must. */
    @Nullable
    KeptAddress find(HttpUrl url, OkHttpClient client, Object maker) {
        WeakReference<KeptAddress> slot = slots[slot(url)];
        KeptAddress own = slot == null ? null : slot.get();
        return own != null && own.fits(url, client, maker) ? own : null;
    }

    private static int slot(HttpUrl url) {
        int hash = url.host().hashCode() * 31 + url.port();
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
