package dev.weft.engine.policy;

import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Request;
import org.jspecify.annotations.Nullable;

/**
 * How urgent a request is by its own word: the parameter {@code u} of the header {@code priority} (RFC 9218, section
 * 4.1), 0 for the most urgent to 7 for what may be left for later.
 */
public final class Urgency {
    /** Of a request that says nothing, or nothing that can be read. */
    public static final int DEFAULT = 3;

    /** What may be left for later. */
    public static final int LEAST = 7;

    /** It says nothing. */
    public static final int UNSAID = -1;

    private static final String PRIORITY = "priority";

    private Urgency() {}

    /** What a request that arrives says. */
    public static int arriving(Headers headers) {
        return read(headers.first(PRIORITY));
    }

    /** How urgent a request that goes out is by its own word; {@link #DEFAULT} where it says nothing. */
    public static int said(Request request) {
        int said = read(request.header(PRIORITY));
        return said == UNSAID ? DEFAULT : said;
    }

    /** What the value of the header says; {@link #UNSAID} for nothing. */
    public static int read(@Nullable String priority) {
        int said = UNSAID;
        for (int start = 0; priority != null && start < priority.length(); ) {
            int comma = priority.indexOf(',', start);
            int end = comma < 0 ? priority.length() : comma;
            // The last one of a name counts (RFC 8941, section 3.2); a value that is none is left out with its name.
            said = names(priority, start, end) ? value(priority, start, end) : said;
            start = end + 1;
        }
        return said;
    }

    /** Whether this member of the list is {@code u}, with whatever value. */
    private static boolean names(String text, int start, int end) {
        int at = spaces(text, start, end);
        return at < end && text.charAt(at) == 'u' && (at + 1 == end || "=; \t".indexOf(text.charAt(at + 1)) >= 0);
    }

    /** One digit, which parameters may follow. */
    private static int value(String text, int start, int end) {
        int at = spaces(text, start, end) + 2;
        if (at >= end || text.charAt(at - 1) != '=' || text.charAt(at) < '0' || text.charAt(at) > '0' + LEAST) {
            return UNSAID;
        }
        int after = spaces(text, at + 1, end);
        return after == end || text.charAt(after) == ';' ? text.charAt(at) - '0' : UNSAID;
    }

    private static int spaces(String text, int from, int end) {
        int at = from;
        while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** Tells the peer. */
    public static void write(int urgency, HeaderWriter writer) {
        writer.set(PRIORITY, "u=" + urgency);
    }
}
