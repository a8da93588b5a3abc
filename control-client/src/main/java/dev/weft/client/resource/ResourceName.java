package dev.weft.client.resource;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Names of resources in the style {@code xdstp://AUTHORITY/TYPE/ID?KEY=VALUE&KEY=VALUE} (gRFC A47, xRFC TP1). Any other
 * name is of the old style, which says nothing about whose it is.
 */
public final class ResourceName {
    private static final String SCHEME = "xdstp:";

    private ResourceName() {}

    /** The name as names are compared: with its context parameters in the order of their keys. */
    public static String canonical(String name) {
        int query = name.startsWith(SCHEME) ? name.indexOf('?') : -1;
        if (query < 0) {
            return name;
        }
        int directives = name.indexOf('#', query);
        int end = directives < 0 ? name.length() : directives;
        String[] parameters = name.substring(query + 1, end).split("&", -1);
        Arrays.sort(parameters, Comparator.comparing(ResourceName::key));
        return name.substring(0, query + 1) + String.join("&", parameters) + name.substring(end);
    }

    private static String key(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }

    /** Whose it is, maybe the one without a name; null where it is of the old style. */
    public static @Nullable String authority(String name) {
        if (!name.startsWith(SCHEME)) {
            return null;
        }
        if (!name.startsWith("//", SCHEME.length())) {
            return "";
        }
        int start = SCHEME.length() + 2;
        int end = name.indexOf('/', start);
        return end < 0 ? name.substring(start) : name.substring(start, end);
    }
}
