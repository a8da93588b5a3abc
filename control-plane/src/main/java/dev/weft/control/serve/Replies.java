package dev.weft.control.serve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client has said to the responses of one type, and to which of them it has not said anything yet. A client may
 * refuse whatever it is sent, for ever and at any length: what is kept of that is bounded. Used from the serial queue
 * only.
 */
final class Replies {
    /** A client that answers nothing gets no more than this many responses. */
    private static final int MAX_UNANSWERED = 16;

    /** So much of an error is searched for the names of what it speaks of, in characters. */
    private static final int SEARCHED = 4 * 1_024;

    /** So many refusals, the latest, are remembered in the client's own words. */
    private static final int MAX_REASONS = 100;

    /** Stands for the words of all others. */
    private static final String ONE_OF_MANY = "refused, as many others; the reason is not kept";

    private final Deque<Sent> unanswered = new ArrayDeque<>();
    private final Set<String> refused = new LinkedHashSet<>();

    private final Map<String, String> reasons = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_REASONS;
        }
    };

    /** @param since when the oldest of its changes was made; {@link Subscription#NO_CHANGE} for none */
    private record Sent(String nonce, List<String> names, List<String> removed, long since) {}

    /** How a client has answered a response. */
    enum Reply {
        /** It was never sent, or is answered already. */
        UNKNOWN,
        TAKEN,
        REFUSED
    }

    /** Whether the client has so much to answer that it is sent no more. */
    boolean isBehind() {
        return unanswered.size() >= MAX_UNANSWERED;
    }

    /**
     * @param pushes where it is counted
     * @param now in nanoseconds
     */
    void sent(String nonce, Subscription.Batch batch, Pushes pushes, long now) {
        if (batch.since() != Subscription.NO_CHANGE) {
            pushes.sends().add(now - batch.since());
        }
        List<String> named = new ArrayList<>(batch.resources().size());
        batch.resources().forEach(resource -> named.add(resource.name()));
        unanswered.add(new Sent(nonce, named, batch.removed(), batch.since()));
    }

    /**
     * The client has taken a response, or refused it.
     *
     * @param error null when it was taken
     * @param pushes where it is counted
     * @param now in nanoseconds
     */
    Reply answered(String nonce, @Nullable String error, Pushes pushes, long now) {
        if (!isUnanswered(nonce)) {
            return Reply.UNKNOWN;
        }
        // Responses are answered in order: whatever came before is answered too.
        Sent sent = unanswered.remove();
        sent.removed().forEach(this::forget);
        while (!sent.nonce().equals(nonce)) {
            sent = unanswered.remove();
            sent.removed().forEach(this::forget);
        }
        if (error == null) {
            sent.names().forEach(this::forget);
            if (sent.since() != Subscription.NO_CHANGE) {
                pushes.takes().add(now - sent.since());
            }
            return Reply.TAKEN;
        }
        refused(sent.names(), error.substring(0, Math.min(error.length(), SEARCHED)));
        return Reply.REFUSED;
    }

    /** Those that the error names; all of them when it names none. */
    private void refused(List<String> names, String error) {
        List<String> named = names.stream().filter(error::contains).toList();
        names.forEach(this::forget);
        String reason = Limits.brief(error);
        for (String name : named.isEmpty() ? names : named) {
            refused.add(name);
            reasons.put(name, reason);
        }
    }

    private boolean isUnanswered(String nonce) {
        for (Sent sent : unanswered) {
            if (sent.nonce().equals(nonce)) {
                return true;
            }
        }
        return false;
    }

    /** It is taken, or gone, or asked for no more. */
    void forget(String name) {
        refused.remove(name);
        reasons.remove(name);
    }

    /** The client asks for nothing but these. */
    void retain(Set<String> names) {
        refused.retainAll(names);
        reasons.keySet().retainAll(names);
    }

    /** Whether the client has taken all that it was sent. */
    boolean isInSync() {
        return unanswered.isEmpty() && refused.isEmpty();
    }

    /** Names of what it has not taken, with its reasons. */
    Map<String, String> refused() {
        Map<String, String> all = new LinkedHashMap<>();
        refused.forEach(name -> all.put(name, reasons.getOrDefault(name, ONE_OF_MANY)));
        return all;
    }
}
