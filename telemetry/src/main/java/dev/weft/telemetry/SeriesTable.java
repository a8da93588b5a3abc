package dev.weft.telemetry;

import dev.weft.engine.adapt.Peers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The series of one destination, found without a lock and without allocation: an open-addressed table that is never
 * changed but replaced, because new series are rare and calls are not. How many there may be is shared by all tables.
 */
final class SeriesTable {
    /** How many series there still may be. */
    static final class Room {
        private final AtomicInteger left;

        Room(int most) {
            this.left = new AtomicInteger(most);
        }

        boolean take() {
            if (left.get() <= 0 || left.getAndDecrement() <= 0) {
                left.set(0);
                return false;
            }
            return true;
        }

        boolean none() {
            return left.get() <= 0;
        }
    }

    private final Room room;
    private volatile @Nullable Series[] slots = new @Nullable Series[8];
    private int size;

    SeriesTable(Room room) {
        this.room = room;
    }

    /** The one that counts these; null when there is no room for another. */
    @Nullable
    Series find(String version, Peers peers, int code, int grpc, int flags) {
        Series known = find(slots, version, peers, code, grpc, flags);
        return known != null || room.none() ? known : add(version, peers, code, grpc, flags);
    }

    private static @Nullable Series find(
            @Nullable Series[] slots, String version, Peers peers, int code, int grpc, int flags) {
        int mask = slots.length - 1;
        int at = Series.hash(version, peers, code, grpc, flags) & mask;
        for (Series series = slots[at]; series != null; series = slots[at]) {
            if (series.is(version, peers, code, grpc, flags)) {
                return series;
            }
            at = at + 1 & mask;
        }
        return null;
    }

    private synchronized @Nullable Series add(String version, Peers peers, int code, int grpc, int flags) {
        Series known = find(slots, version, peers, code, grpc, flags);
        if (known != null || !room.take()) {
            return known;
        }
        Series added = new Series(version, peers, code, grpc, flags, new Histogram());
        size++;
        @Nullable Series[] next = new @Nullable Series[size * 2 > slots.length ? slots.length * 2 : slots.length];
        for (Series series : all()) {
            put(next, series);
        }
        put(next, added);
        slots = next;
        return added;
    }

    private static void put(@Nullable Series[] slots, Series series) {
        int mask = slots.length - 1;
        int at = Series.hash(series.version(), series.peers(), series.code(), series.grpc(), series.flags()) & mask;
        while (slots[at] != null) {
            at = at + 1 & mask;
        }
        slots[at] = series;
    }

    List<Series> all() {
        List<Series> all = new ArrayList<>();
        for (Series series : slots) {
            if (series != null) {
                all.add(series);
            }
        }
        return all;
    }
}
