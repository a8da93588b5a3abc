package dev.weft.engine.route;

import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import dev.weft.engine.snapshot.Match.PathMatch;
import dev.weft.engine.snapshot.Match.StringMatch;
import dev.weft.engine.snapshot.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names the few of many routes that may match a request.
 *
 * <p>Each route stands in one place, by what it surely asks for: the text that its path is or begins
 * with, or else the value of a header, or else among the rest. A request is hashed once, from the
 * front, stopping at each length at which some text ends; there and at its end the routes of that
 * text are tried. Of all that match, the first in the order of the table is the answer: a place is
 * left as soon as its next route comes after one that was found. Whatever the index names is tried
 * in full, so it may name too many, but never too few.
 *
 * <p>Hashes don't tell case apart (bit 5 of each character is left out), so that a condition without
 * case finds its place too.
 */
final class RouteIndex {
    static final int NONE = Integer.MAX_VALUE;

    /** A place with more routes than these is shared out by header. */
    private static final int CROWDED = 8;

    private static final int[] EMPTY = {};

    /** Routes of one text, each in the order of the table. */
    private static final class Place {
        private final long hash;
        private int[] under = EMPTY;
        private int[] exactly = EMPTY;

        Place(long hash) {
            this.hash = hash;
        }
    }

    /** Routes that want certain values of one header. */
    private record ByHeader(String name, int first, Map<String, int[]> values) {}

    private final @Nullable Place[] places;
    private final int mask;
    /** At which lengths a text ends that a path may go on after, ascending. */
    private final int[] stops;
    /** By length, whether a path may end there. */
    private final boolean[] ends;

    private final ByHeader[] headers;
    private final int[] rest;

    RouteIndex(Route[] routes) {
        Map<Key, List<Integer>> byText = new LinkedHashMap<>();
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < routes.length; i++) {
            PathMatch path = routes[i].match().path();
            String literal = Paths.literal(path);
            if (literal.isEmpty()) {
                others.add(i);
            } else {
                Key key = new Key(hash(literal), literal.length(), path instanceof PathMatch.Exact);
                byText.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
            }
        }
        Map<String, Map<String, List<Integer>>> byHeader = new TreeMap<>();
        byText.values().forEach(place -> {
            if (place.size() > CROWDED) {
                shareOut(place, routes, byHeader);
            }
        });
        shareOut(others, routes, byHeader);
        this.rest = ints(others);
        this.headers = headers(byHeader);
        this.mask = Integer.highestOneBit(Math.max(8, byText.size() * 4)) - 1;
        this.places = new Place[mask + 1];
        TreeSet<Integer> lengths = new TreeSet<>();
        int longest = 0;
        for (Map.Entry<Key, List<Integer>> text : byText.entrySet()) {
            Key key = text.getKey();
            if (key.exact) {
                longest = Math.max(longest, key.length);
            } else if (!text.getValue().isEmpty()) {
                lengths.add(key.length);
            }
        }
        this.ends = new boolean[longest + 1];
        this.stops = ints(new ArrayList<>(lengths));
        byText.forEach(this::put);
    }

    private record Key(long hash, int length, boolean exact) {}

    private void put(Key key, List<Integer> routes) {
        if (routes.isEmpty()) {
            return;
        }
        int slot = slot(key.hash);
        Place place = places[slot];
        while (place != null && place.hash != key.hash) {
            slot = slot + 1 & mask;
            place = places[slot];
        }
        if (place == null) {
            place = new Place(key.hash);
            places[slot] = place;
        }
        if (key.exact) {
            ends[key.length] = true;
            place.exactly = merge(place.exactly, routes);
        } else {
            place.under = merge(place.under, routes);
        }
    }

    /** Texts of different lengths may share a hash, and then a place. */
    private static int[] merge(int[] one, List<Integer> other) {
        TreeSet<Integer> all = new TreeSet<>(other);
        for (int i : one) {
            all.add(i);
        }
        return ints(new ArrayList<>(all));
    }

    /** Moves routes that want one value of a header from their place to that value. */
    private static void shareOut(
            List<Integer> place, Route[] routes, Map<String, Map<String, List<Integer>>> byHeader) {
        place.removeIf(i -> {
            HeaderMatch by = telling(routes[i].match());
            if (by == null || !(by.value() instanceof StringMatch.Exact exact)) {
                return false;
            }
            byHeader.computeIfAbsent(by.name(), name -> new HashMap<>())
                    .computeIfAbsent(exact.text(), value -> new ArrayList<>())
                    .add(i);
            return true;
        });
    }

    /** A header of which one value alone matches; the method only where there is no better one. */
    private static @Nullable HeaderMatch telling(Match match) {
        HeaderMatch best = null;
        for (HeaderMatch header : match.headers()) {
            boolean one = header.value() instanceof StringMatch.Exact exact && !exact.ignoreCase();
            if (one && !header.invert() && !header.missingAsEmpty()) {
                best = best == null || best.name().startsWith(":") ? header : best;
            }
        }
        return best;
    }

    private static ByHeader[] headers(Map<String, Map<String, List<Integer>>> byHeader) {
        List<ByHeader> all = new ArrayList<>();
        byHeader.forEach((name, byValue) -> {
            Map<String, int[]> values = new HashMap<>();
            int first = NONE;
            for (Map.Entry<String, List<Integer>> value : byValue.entrySet()) {
                int[] wanted = ints(value.getValue());
                values.put(value.getKey(), wanted);
                first = Math.min(first, wanted[0]);
            }
            all.add(new ByHeader(name, first, values));
        });
        all.sort(Comparator.comparingInt(ByHeader::first));
        return all.toArray(ByHeader[]::new);
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** The first route of the table that matches, or {@link #NONE}. */
    int find(RouteTable table, String target, int end, Request request, int draw) {
        int best = byPath(table, target, end, request, draw);
        for (ByHeader header : headers) {
            if (header.first >= best) {
                break;
            }
            String value = Conditions.value(header.name, request);
            int[] routes = value == null ? null : header.values.get(value);
            if (routes != null) {
                best = first(routes, best, table, target, end, request, draw);
            }
        }
        return first(rest, best, table, target, end, request, draw);
    }

    private int byPath(RouteTable table, String target, int end, Request request, int draw) {
        int best = NONE;
        long hash = 0;
        int at = 0;
        for (int stop : stops) {
            if (stop > end) {
                break;
            }
            hash = hash(hash, target, at, stop);
            at = stop;
            Place place = place(hash);
            if (place != null) {
                best = first(place.under, best, table, target, end, request, draw);
            }
        }
        if (end < ends.length && ends[end]) {
            Place place = place(hash(hash, target, at, end));
            if (place != null) {
                best = first(place.exactly, best, table, target, end, request, draw);
            }
        }
        return best;
    }

    private static int first(
            int[] routes, int best, RouteTable table, String target, int end, Request request, int draw) {
        for (int route : routes) {
            if (route >= best) {
                break;
            }
            if (table.matches(route, target, end, request, draw)) {
                return route;
            }
        }
        return best;
    }

    private @Nullable Place place(long hash) {
        int slot = slot(hash);
        Place place = places[slot];
        while (place != null && place.hash != hash) {
            slot = slot + 1 & mask;
            place = places[slot];
        }
        return place;
    }

    private int slot(long hash) {
        return (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & mask;
    }

    private static long hash(String text) {
        return hash(0, text, 0, text.length());
    }

    private static long hash(long before, String text, int from, int to) {
        long hash = before;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + (text.charAt(i) & ~0x20);
        }
        return hash;
    }
}
