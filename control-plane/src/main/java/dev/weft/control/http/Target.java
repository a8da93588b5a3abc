package dev.weft.control.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request asks for, with every escape resolved after the text was split: no escape can make a
 * path that its characters don't show.
 *
 * @param path its segments
 * @param query the last segment is never empty; each name stands once
 */
record Target(List<String> path, Map<String, String> query) {
    private static final int MAX_PARAMETERS = 32;

    /** The target is none that a server like this has; the message says why. */
    static final class MalformedException extends Exception {
        MalformedException(String reason) {
            super(reason);
        }
    }

    static Target parse(String text) throws MalformedException {
        if (!text.startsWith("/")) {
            throw new MalformedException("the target of a request must be a path");
        }
        int mark = text.indexOf('?');
        String path = mark < 0 ? text : text.substring(0, mark);
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            String decoded = decode(segment, false);
            if (decoded.equals(".")
                    || decoded.equals("..")
                    || decoded.indexOf('/') >= 0
                    || decoded.indexOf('\\') >= 0) {
                throw new MalformedException("'" + segment + "' can't be part of a path here");
            }
            segments.add(decoded);
        }
        return new Target(List.copyOf(segments), mark < 0 ? Map.of() : query(text.substring(mark + 1)));
    }

    private static Map<String, String> query(String text) throws MalformedException {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&", MAX_PARAMETERS + 1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            if (query.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1), true)) != null) {
                throw new MalformedException("parameter '" + name + "' stands twice");
            }
            if (query.size() > MAX_PARAMETERS) {
                throw new MalformedException("there are more than " + MAX_PARAMETERS + " parameters");
            }
        }
        return query;
    }

    private static String decode(String text, boolean plusIsSpace) throws MalformedException {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int value = c == '%' ? escaped(text, i) : plusIsSpace && c == '+' ? ' ' : c;
            if (value < ' ' || value == 0x7f || value > 0xff || (c != '%' && c > 0x7e)) {
                throw new MalformedException("the target holds a character that must not stand there");
            }
            bytes.put((byte) value);
            i += c == '%' ? 2 : 0;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("an escape in the target is not UTF-8");
        }
    }

    private static int escaped(String text, int at) throws MalformedException {
        int high = at + 2 < text.length() ? Character.digit(text.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 2), 16);
        if (low < 0) {
            throw new MalformedException("an escape in the target is not a percent sign with two hexadecimal digits");
        }
        return high * 16 + low;
    }
}
