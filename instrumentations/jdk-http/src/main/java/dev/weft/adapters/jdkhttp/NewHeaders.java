package dev.weft.adapters.jdkhttp;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.HeaderWriter;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an attempt only sets headers that neither the application nor the library knows of. Such
 * ones can wait until the request is written ({@link HeadersHook}): the library copies all headers of a request
 * twice on their way there, and we would once more.
 */
final class NewHeaders implements HeaderWriter {
    /** What the library may write by itself. */
    private static final Set<String> LIBRARYS = Set.of(
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "expect",
            "host",
            "http2-settings",
            "proxy-authorization",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    private final HttpHeaders asked;
    private @Nullable String first;
    /** Most attempts set one. */
    private @Nullable List<String> further;

    private boolean only = true;

    private NewHeaders(HttpHeaders asked) {
        this.asked = asked;
    }

    static boolean only(Attempt attempt, HttpHeaders asked) {
        var edits = new NewHeaders(asked);
        attempt.edit(edits);
        return edits.only;
    }

    @Override
    public void set(String name, String value) {
        only &= fits(name, false)
                && fits(value, true)
                && !known(name)
                && !LIBRARYS.contains(name.toLowerCase(Locale.ROOT));
        if (first == null) {
            first = name;
        } else {
            if (further == null) {
                further = new ArrayList<>();
            }
            further.add(name);
        }
    }

    private boolean known(String name) {
        if (first != null && first.equalsIgnoreCase(name)
                || further != null && further.stream().anyMatch(name::equalsIgnoreCase)) {
            return true;
        }
        return asked.map().containsKey(name);
    }

    /** What the library would refuse goes the way on which it does. */
    private static boolean fits(String text, boolean spaces) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > '~' || c < ' ' || !spaces && (c == ' ' || c == ':')) {
                return false;
            }
        }
        return spaces || !text.isEmpty();
    }

    /** Where a request is written twice, it would be added twice. */
    @Override
    public void add(String name, String value) {
        only = false;
    }

    @Override
    public void remove(String name) {
        only &= !known(name);
    }
}
