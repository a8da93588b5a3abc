package dev.weft.proxy.http1;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a connection has brought, read as strictly as RFC 9112 lets anybody: each octet has to be one that all readers
 * take alike.
 */
final class StrictRequests {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String FIELD = TOKEN + ":[\\t\\x20-\\x7e\\x80-\\xff]*\\r\\n";
    private static final Pattern HEAD =
            Pattern.compile(TOKEN + " [\\x21-\\x7e]+ HTTP/1\\.([01])\\r\\n((?:" + FIELD + ")*)\\r\\n");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})(?:;[\\t\\x20-\\x7e\\x80-\\xff]*)?\\r\\n");
    private static final Pattern TRAILERS = Pattern.compile("(?:" + FIELD + ")*\\r\\n");
    private static final Pattern END = Pattern.compile("\\r\\n");

    private final String octets;
    private int at;
    private int whole;

    private StrictRequests(String octets) {
        this.octets = octets;
    }

    /**
     * How many whole requests there are. What follows the last one may break off, but not differ from a request's
     * beginning.
     */
    static int whole(String octets) {
        StrictRequests requests = new StrictRequests(octets);
        while (requests.at < octets.length() && requests.request()) {
            requests.whole++;
        }
        return requests.whole;
    }

    /** Whether it is whole. */
    private boolean request() {
        Matcher head = next(HEAD);
        if (head == null) {
            return false;
        }
        String hosts = "";
        String framing = "";
        for (String field : head.group(2).split("\r\n")) {
            String name = field.substring(0, Math.max(0, field.indexOf(':'))).toLowerCase(Locale.ROOT);
            String value = field.substring(field.indexOf(':') + 1).strip().toLowerCase(Locale.ROOT);
            switch (name) {
                case "host" -> hosts += "<" + value + ">";
                case "content-length", "transfer-encoding" -> framing += name + "=" + value + ";";
                default -> {}
            }
        }
        boolean old = head.group(1).equals("0");
        if (!hosts.matches("<[^<>,@/?#\\s]+>") && !(old && hosts.isEmpty())) {
            throw new AssertionError("hosts " + hosts + " in " + octets);
        }
        if (framing.isEmpty()) {
            return true;
        }
        if (framing.matches("content-length=[0-9]{1,18};")) {
            return data(Long.parseLong(framing.replaceAll("[^0-9]", "")));
        }
        if (framing.equals("transfer-encoding=chunked;") && !old) {
            return chunks();
        }
        throw new AssertionError("framed by " + framing + " in " + octets);
    }

    private boolean chunks() {
        Matcher size = next(CHUNK);
        while (size != null && Long.parseLong(size.group(1), 16) > 0) {
            if (!data(Long.parseLong(size.group(1), 16)) || next(END) == null) {
                return false;
            }
            size = next(CHUNK);
        }
        return size != null && next(TRAILERS) != null;
    }

    private boolean data(long length) {
        boolean all = octets.length() - at >= length;
        at = all ? at + (int) length : octets.length();
        return all;
    }

    /** What matches here; null where the octets end before it does. */
    private Matcher next(Pattern pattern) {
        Matcher matcher = pattern.matcher(octets).region(at, octets.length());
        if (matcher.lookingAt()) {
            at = matcher.end();
            return matcher;
        }
        if (!matcher.hitEnd()) {
            throw new AssertionError("octet " + at + " and what follows could be read in two ways: " + octets);
        }
        at = octets.length();
        return null;
    }
}
