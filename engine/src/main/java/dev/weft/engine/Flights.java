package dev.weft.engine;

import dev.weft.engine.ledger.LiveEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of one call: a chain in the order of sending, of which nearly always there is but the first. */
final class Flights {
    private Flights() {}

    /** Adds one at the end; the first of the chain. */
    static Flight launch(@Nullable Flight first, Flight flight) {
        flight.live.begun(flight.startedAt);
        if (first == null) {
            return flight;
        }
        Flight last = first;
        while (last.next != null) {
            last = last.next;
        }
        last.next = flight;
        return first;
    }

    /** Whether one has not ended. */
    static boolean open(@Nullable Flight first) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight.open()) {
                return true;
            }
        }
        return false;
    }

    /** Whether one is open that the application waits for or reads from; a mirrored copy is neither. */
    static boolean busy(@Nullable Flight first) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight.open() && !flight.shadow) {
                return true;
            }
        }
        return false;
    }

    static int size(@Nullable Flight first) {
        int size = 0;
        for (Flight flight = first; flight != null; flight = flight.next) {
            size++;
        }
        return size;
    }

    static List<Flight> all(@Nullable Flight first) {
        if (first != null && first.next == null) {
            return List.of(first);
        }
        List<Flight> all = new ArrayList<>(2);
        for (Flight flight = first; flight != null; flight = flight.next) {
            all.add(flight);
        }
        return all;
    }

    /** The one sent last, mirrored copies left out; null before the first. */
    static @Nullable Flight last(@Nullable Flight first) {
        Flight last = null;
        for (Flight flight = first; flight != null; flight = flight.next) {
            last = flight.shadow ? last : flight;
        }
        return last;
    }

    /** How many were sent, mirrored copies left out. */
    static int sent(@Nullable Flight first) {
        int sent = 0;
        for (Flight flight = first; flight != null; flight = flight.next) {
            sent += flight.shadow ? 0 : 1;
        }
        return sent;
    }

    /** Where they were sent, mirrored copies left out. */
    static List<LiveEndpoint> tried(@Nullable Flight first) {
        if (first == null) {
            return List.of();
        }
        List<LiveEndpoint> tried = new ArrayList<>(2);
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (!flight.shadow) {
                tried.add(flight.live);
            }
        }
        return tried;
    }

    /** Whether another attempt than these two may still bring an answer. */
    static boolean hopeBeside(@Nullable Flight first, Flight one, @Nullable Flight two) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight != one && flight != two && !flight.shadow && flight.open() && !flight.aborted) {
                return true;
            }
        }
        return false;
    }

    /** When the first attempt whose head is awaited runs out of time. */
    static long firstDeadline(@Nullable Flight first) {
        long at = Long.MAX_VALUE;
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight.waiting() && !flight.shadow) {
                at = Math.min(at, flight.deadline());
            }
        }
        return at;
    }
}
