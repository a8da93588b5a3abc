package dev.weft.adapters.urlconnection;

import java.lang.ref.WeakReference;
import java.util.Arrays;

/**
 * Numbers of the objects that make TLS connections: contexts of the mesh, socket factories of the
 * application. Few live at once, so a short array is searched. An application that makes a factory
 * for each call has one that nobody asks for again, and no connection to keep.
 */
final class Identities {
    private static final int LIMIT = 64;

    private static volatile Identity[] known = {};
    private static int last;

    private Identities() {}

    static int number(Object of) {
        for (Identity identity : known) {
            if (identity.object().refersTo(of)) {
                return identity.number();
            }
        }
        return add(of);
    }

    private static synchronized int add(Object of) {
        for (Identity identity : known) {
            if (identity.object().refersTo(of)) {
                return identity.number();
            }
        }
        Identity[] next = new Identity[LIMIT];
        next[0] = new Identity(new WeakReference<>(of), ++last);
        int kept = 1;
        for (Identity identity : known) {
            if (kept < LIMIT && !identity.object().refersTo(null)) {
                next[kept++] = identity;
            }
        }
        known = Arrays.copyOf(next, kept);
        return next[0].number();
    }

    private record Identity(WeakReference<Object> object, int number) {}
}
