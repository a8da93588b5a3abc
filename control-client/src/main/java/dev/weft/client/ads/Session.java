package dev.weft.client.ads;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.resource.ResourceType;
import dev.weft.client.wire.Malformed;
import dev.weft.engine.balance.RandomSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an ADS conversation, over as many streams as it takes. A state machine: it is
 * told what happened, with a time, and asked by {@link #next} what to do. Not thread-safe.
 *
 * <p>Invariants: the node is sent on the first request of a stream only; every response is answered,
 * refusals later than acknowledgements; nothing is ever lost by a stream's end.
 */
public final class Session {
    private static final long SECOND = 1_000_000_000L;
    private static final long CONNECT_LIMIT = 10 * SECOND;

    private final Profile profile;
    /** Whether it is one with servers of another authority, which are asked by name and told nothing. */
    private final boolean beside;

    private final Dialect dialect;
    private final Receiver receiver;
    private final Intake intake;
    private final Backoff backoff;
    private final Preference preference = new Preference();
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    private final Deque<Step> steps = new ArrayDeque<>();

    private State state = State.CLOSED;
    private long timer;
    private byte[] node = {};
    private boolean nodeSent;
    private boolean good;
    private byte @Nullable [] health;
    private boolean healthDue;
    private int answeredBy;
    private boolean failed;
    private boolean busy;
    private Features features = Features.NONE;
    private String controlPlane = "";

    private enum State {
        /** Until {@code timer}. */
        CLOSED,
        /** Until {@code timer} at the most. */
        CONNECTING,
        OPEN,
        /** For good. */
        ENDED
    }

    /**
     * @param start when to connect first
     */
    public Session(Profile profile, Receiver receiver, RandomSource random, long start) {
        this(profile, false, receiver, random, start);
    }

    /** A conversation with servers of another authority (gRFC A47), in the same form of the protocol. */
    public static Session beside(Profile profile, Receiver receiver, RandomSource random, long start) {
        return new Session(profile, true, receiver, random, start);
    }

    private Session(Profile profile, boolean beside, Receiver receiver, RandomSource random, long start) {
        this.profile = profile;
        this.beside = beside;
        this.dialect = profile.delta() ? new Delta() : new StateOfTheWorld();
        this.receiver = receiver;
        this.intake = new Intake(receiver);
        this.backoff = new Backoff(random);
        this.timer = start;
        for (ResourceType type : ResourceType.values()) {
            subscriptions.put(type, new Subscription(type, !beside && profile.whole(type)));
        }
    }

    /** Replaces the set of names that are wanted. */
    public void want(ResourceType type, Collection<String> names, long now) {
        if (!used(type)) {
            return;
        }
        subscription(type).want(names, now);
        // A server may keep readiness with the port: tell it again once the port is known there.
        healthDue |= type == ResourceType.REGISTRATION && health != null;
    }

    /** A resource that is here from an earlier run. */
    public void known(ResourceType type, String name, String version) {
        subscription(type).accepted(name, version);
    }

    /** Asks once more for a resource that is wanted, as if it had not been. */
    public void again(ResourceType type, String name, long now) {
        subscription(type).again(name, now);
    }

    /**
     * Whether this workload is ready.
     *
     * @param code 0 for ready, 14 for anything else
     */
    public void health(int code, String message) {
        if (profile.hearsHealth()) {
            health = dialect.health(ResourceType.HEALTH_URL, code, message);
            healthDue = true;
        }
    }

    /** How many control planes there are to choose from; told before a stream is opened. */
    public void servers(int count) {
        preference.count(count);
    }

    /**
     * The stream can carry requests.
     *
     * @param node the encoded {@code Node}
     * @param named features of the server, as the bootstrap file lists them
     */
    public void opened(byte[] node, Set<String> named, long now) {
        if (state != State.CONNECTING) {
            return;
        }
        this.node = node;
        features = Features.of(named);
        state = State.OPEN;
        nodeSent = false;
        good = false;
        healthDue = health != null;
        preference.opened(now);
        subscriptions.values().forEach(subscription -> {
            if (preference.current() != answeredBy) {
                subscription.otherServer();
            }
            if (used(subscription.type)) {
                subscription.opened(features.answerSeconds() * SECOND, now);
            }
        });
    }

    /** The stream has ended, or could not be opened. */
    public void closed(Ending ending, long now) {
        if (state == State.CLOSED || state == State.ENDED) {
            return;
        }
        // Who is overrun for a moment is asked again, not left; the same message would be too large everywhere.
        boolean patient = ending == Ending.OVERSIZED || ending == Ending.BUSY && !good && !busy;
        busy = ending == Ending.BUSY && !good;
        failed = !good && !patient;
        if (patient) {
            over(now + backoff.afterFailure());
        } else if (good) {
            over(now + backoff.afterGoodStream());
        } else {
            over(preference.next(receiver.lacking()) ? now : now + backoff.afterFailure());
        }
    }

    /** The types of which the server still owes an answer, for people; empty for none. */
    public String awaiting() {
        List<String> types = new ArrayList<>();
        for (var subscription : subscriptions.values()) {
            if (subscription.awaits()) {
                types.add(subscription.type.name());
            }
        }
        return String.join(", ", types);
    }

    private void over(long again) {
        state = State.CLOSED;
        timer = again;
        good = false;
        subscriptions.values().forEach(Subscription::closed);
    }

    /** Whether another control plane is tried without waiting, because one failed. */
    public boolean tries(long now) {
        return state == State.CLOSED && failed && now >= timer;
    }

    /** Something is needed that is not here: reason enough to try another control plane now. */
    public void lacks(long now) {
        if (state == State.CLOSED && failed && preference.untried() && preference.next(true)) {
            timer = now;
        }
    }

    /** What became of a {@link Step.Probe}. */
    public void probed(boolean there, long now) {
        if (state == State.OPEN && preference.current() != 0) {
            if (there) {
                steps.add(new Step.Disconnect("the preferred control plane is back", false));
                preference.back();
                over(now);
            } else {
                preference.absent(now);
            }
        }
    }

    private boolean used(ResourceType type) {
        return switch (type) {
            case DIRECTORY, NAME_TABLE -> !beside && type == profile.directory();
            case REGISTRATION -> !beside && profile.registers();
            case RUNTIME -> !beside && profile.pauses();
            default -> true;
        };
    }

    /** Ends the conversation; the control plane sees the stream end. */
    public void end() {
        if (state == State.OPEN || state == State.CONNECTING) {
            steps.add(new Step.Disconnect("the application ends", false));
        }
        state = State.ENDED;
    }

    /** Some message from the control plane. */
    public void received(byte[] message, long now) {
        if (state != State.OPEN) {
            return;
        }
        Response response;
        try {
            response = dialect.read(message);
        } catch (Malformed e) {
            steps.add(new Step.Disconnect("the control plane sent something malformed: " + e.getMessage(), true));
            good = false;
            closed(Ending.BROKEN, now);
            return;
        }
        good = true;
        busy = false;
        answeredBy = preference.current();
        if (!response.controlPlane().isEmpty()) {
            controlPlane = response.controlPlane();
        }
        var type = ResourceType.of(response.typeUrl());
        if (type == null || !used(type)) {
            send(dialect.ackOther(response));
            return;
        }
        var subscription = subscription(type);
        subscription.responded(response.nonce());
        String error = intake.take(subscription, response, features.failOnDataErrors());
        if (error.isEmpty()) {
            subscription.refusals(dialect, true, now).forEach(this::send);
            subscription.accepted(response.version());
            send(dialect.ack(subscription, response));
        } else {
            subscription.refuse(error, now);
        }
        receiver.settled(type);
    }

    /** What to do now; null when there is nothing until an event or {@link #wakeAt}. Call it until then. */
    public @Nullable Step next(long now) {
        if (steps.isEmpty()) {
            advance(now);
        }
        return steps.poll();
    }

    private void advance(long now) {
        switch (state) {
            case CLOSED -> {
                if (now >= timer) {
                    state = State.CONNECTING;
                    timer = now + CONNECT_LIMIT;
                    steps.add(new Step.Connect(preference.current()));
                }
            }
            case CONNECTING -> {
                if (now >= timer) {
                    steps.add(new Step.Disconnect("no connection within 10 s", true));
                    closed(Ending.BROKEN, now);
                }
            }
            case OPEN -> sendDue(now);
            case ENDED -> {}
        }
    }

    private void sendDue(long now) {
        for (var subscription : subscriptions.values()) {
            subscription.refusals(dialect, false, now).forEach(this::send);
            for (byte[] request : subscription.due(dialect, nodeSent ? null : node, now)) {
                nodeSent = true;
                send(request);
            }
            var overdue = subscription.overdue(now);
            overdue.forEach(name -> unanswered(subscription.type, name));
            if (!overdue.isEmpty()) {
                receiver.settled(subscription.type);
            }
        }
        if (preference.probe(now)) {
            steps.add(new Step.Probe());
        }
        // Never the first message of a stream: istiod drops it then.
        if (healthCanGo()) {
            healthDue = false;
            send(health);
        }
    }

    private void unanswered(ResourceType type, String name) {
        String why = "no answer within " + features.answerSeconds() + " s";
        if (features.timerIsTransient()) {
            receiver.failing(type, name, why);
        } else {
            receiver.missing(type, name, why);
        }
    }

    private boolean healthCanGo() {
        return healthDue && nodeSent && !subscription(ResourceType.REGISTRATION).pending();
    }

    private void send(byte @Nullable [] request) {
        if (request != null) {
            steps.add(new Step.Send(request));
        }
    }

    /** When to ask {@link #next} again if nothing happens before. */
    public long wakeAt() {
        if (!steps.isEmpty() || state == State.OPEN && healthCanGo()) {
            return Long.MIN_VALUE;
        }
        if (state == State.ENDED) {
            return Long.MAX_VALUE;
        }
        if (state != State.OPEN) {
            return timer;
        }
        long at = preference.wakeAt();
        for (var subscription : subscriptions.values()) {
            at = Math.min(at, subscription.wakeAt());
        }
        return at;
    }

    public boolean open() {
        return state == State.OPEN;
    }

    /** Whether the current stream has brought a response. */
    public boolean answered() {
        return state == State.OPEN && good;
    }

    /** How the control plane calls itself; empty before its first answer. */
    public String controlPlane() {
        return controlPlane;
    }

    /** How many names of a type are subscribed to. */
    public int size(ResourceType type) {
        return subscription(type).size();
    }

    private Subscription subscription(ResourceType type) {
        var subscription = subscriptions.get(type);
        if (subscription == null) {
            throw new IllegalArgumentException("no subscription of " + type);
        }
        return subscription;
    }
}
