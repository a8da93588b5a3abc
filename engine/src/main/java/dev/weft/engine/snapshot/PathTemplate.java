package dev.weft.engine.snapshot;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * A path with places to fill (Envoy: {@code UriTemplateMatchConfig.path_template}). {@code *} stands
 * for one segment, {@code **} for any number of them; {@code {name}} and {@code {name=*}} capture a
 * segment, {@code {name=a/*}} and {@code {name=**}} several.
 */
public final class PathTemplate {
    private static final int MOST_VARIABLES = 5;
    private static final int MOST_LENGTH = 255;
    private static final int MOST_NAME = 16;

    /** RFC 3986, section 3.3. */
    private static final String SEGMENT = "[a-zA-Z0-9._~%!$&'()+,;:@=*-]";

    private static final String SIGNS = "-._~%!$&'()+,;:@=";

    private final String text;
    private final FullMatch regex;
    private final List<String> variables = new ArrayList<>();

    private PathTemplate(String text) {
        this.text = text;
        if (!text.startsWith("/") || text.length() > MOST_LENGTH) {
            throw wrong("does not begin with '/', or has more than " + MOST_LENGTH + " characters");
        }
        StringBuilder written = new StringBuilder();
        boolean over = false;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            boolean operator = c == '*' || c == '{';
            if (operator && over) {
                throw wrong("has something to fill behind '**'");
            }
            if (c == '{') {
                int close = text.indexOf('}', i);
                if (close < 0) {
                    throw wrong("has a '{' without '}'");
                }
                over = variable(text.substring(i + 1, close), written);
                i = close + 1;
            } else if (operator) {
                over = text.startsWith("**", i);
                i += star(over, written);
            } else {
                literal(c, written);
                i++;
            }
        }
        this.regex = new FullMatch(Pattern.compile(written.toString()));
    }

    /** Refuses with an {@link IllegalArgumentException} what is not a template. */
    public static PathTemplate parse(String text) {
        return new PathTemplate(text);
    }

    /** Reads {@code name} or {@code name=segments}; whether nothing to fill may follow. */
    private boolean variable(String inside, StringBuilder regex) {
        int equals = inside.indexOf('=');
        String name = equals < 0 ? inside : inside.substring(0, equals);
        String segments = equals < 0 ? "*" : inside.substring(equals + 1);
        if (!name(name) || variables.contains(name)) {
            throw wrong("'" + name + "' is not the name of one variable");
        }
        if (segments.isEmpty() || variables.size() == MOST_VARIABLES) {
            throw wrong("variable '" + name + "' is empty, or one more than " + MOST_VARIABLES);
        }
        variables.add(name);
        regex.append('(');
        boolean over = false;
        for (int i = 0; i < segments.length(); ) {
            if (segments.charAt(i) == '*') {
                if (over) {
                    throw wrong("has something to fill behind '**'");
                }
                over = segments.startsWith("**", i);
                i += star(over, regex);
            } else {
                literal(segments.charAt(i++), regex);
            }
        }
        regex.append(')');
        return over;
    }

    private static int star(boolean many, StringBuilder regex) {
        regex.append(many ? "(?:/|" + SEGMENT + ")*" : SEGMENT + "+");
        return many ? 2 : 1;
    }

    private void literal(char c, StringBuilder regex) {
        boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
        if (!plain && c != '/' && SIGNS.indexOf(c) < 0) {
            throw wrong("'" + c + "' does not belong into a path");
        }
        regex.append(plain || c == '/' ? "" : "\\").append(c);
    }

    private static boolean name(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MOST_NAME;
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("path_template '" + text + "': " + why);
    }

    /** What the whole path is matched with; a group for each of {@link #variables}. */
    public FullMatch regex() {
        return regex;
    }

    /** Their names, in order. */
    public List<String> variables() {
        return List.copyOf(variables);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathTemplate same && same.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As the rule's author wrote it. */
    @Override
    public String toString() {
        return text;
    }
}
