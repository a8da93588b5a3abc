package dev.weft.engine;

import dev.weft.engine.ledger.LiveEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The attempts of one call, in the order of sending. Nearly always there is one. */
final class Flights {
    private @Nullable Flight first;
    private @Nullable List<Flight> others;
    private int open;

    void launch(Flight flight) {
        if (first == null) {
            first = flight;
        } else {
            if (others == null) {
                others = new ArrayList<>(2);
            }
            others.add(flight);
        }
        open++;
        flight.live.begun(flight.startedAt);
    }

    void landed() {
        open--;
    }

    /** How many have not ended. */
    int open() {
        return open;
    }

    /** Whether one is open that the application waits for or reads from; a mirrored copy is neither. */
    boolean busy() {
        for (int i = 0; i < size(); i++) {
            if (get(i).open() && !get(i).shadow) {
                return true;
            }
        }
        return false;
    }

    int size() {
        return first == null ? 0 : others == null ? 1 : 1 + others.size();
    }

    Flight get(int index) {
        if (index > 0 && others != null) {
            return others.get(index - 1);
        }
        return Objects.requireNonNull(first);
    }

    List<Flight> all() {
        if (first != null && others == null) {
            return List.of(first);
        }
        List<Flight> all = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            all.add(get(i));
        }
        return all;
    }

    /** The one sent last, mirrored copies left out; null before the first. */
    @Nullable
    Flight last() {
        for (int i = size() - 1; i >= 0; i--) {
            if (!get(i).shadow) {
                return get(i);
            }
        }
        return null;
    }

    /** How many were sent, mirrored copies left out. */
    int sent() {
        int sent = 0;
        for (int i = 0; i < size(); i++) {
            sent += get(i).shadow ? 0 : 1;
        }
        return sent;
    }

    /** Where they were sent, mirrored copies left out. */
    List<LiveEndpoint> tried() {
        if (first == null) {
            return List.of();
        }
        List<LiveEndpoint> tried = new ArrayList<>(2);
        for (int i = 0; i < size(); i++) {
            if (!get(i).shadow) {
                tried.add(get(i).live);
            }
        }
        return tried;
    }

    /** Whether another attempt than these two may still bring an answer. */
    boolean hopeBeside(Flight one, @Nullable Flight two) {
        for (int i = 0; i < size(); i++) {
            Flight other = get(i);
            if (other != one && other != two && !other.shadow && other.open() && !other.aborted) {
                return true;
            }
        }
        return false;
    }

    /** When the first attempt whose head is awaited runs out of time. */
    long firstDeadline() {
        long at = Long.MAX_VALUE;
        for (int i = 0; i < size(); i++) {
            Flight flight = get(i);
            if (flight.waiting() && !flight.shadow) {
                at = Math.min(at, flight.deadline);
            }
        }
        return at;
    }
}
