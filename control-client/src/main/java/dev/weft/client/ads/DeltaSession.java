package dev.weft.client.ads;

import dev.weft.client.resource.ResourceType;
import dev.weft.client.wire.Malformed;
import dev.weft.engine.balance.RandomSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a delta ADS conversation, over as many streams as it takes. A state machine:
 * it is told what happened, with a time, and asked by {@link #next} what to do. Not thread-safe.
 *
 * <p>Invariants: the node is sent on the first request of a stream only; an answer to a response
 * carries its nonce and nothing else, a change of names carries no nonce; every response is
 * answered exactly once, refusals later than acknowledgements; nothing is ever lost by a stream's
 * end.
 */
public final class DeltaSession {
    private static final long CONNECT_LIMIT = 10_000_000_000L;

    private final Receiver receiver;
    private final Backoff backoff;
    private final Map<ResourceType, Subscription> subscriptions = new EnumMap<>(ResourceType.class);
    private final Deque<Step> steps = new ArrayDeque<>();

    private State state = State.CLOSED;
    private long timer;
    private byte[] node = {};
    private boolean nodeSent;
    private boolean good;
    private byte @Nullable [] health;
    private boolean healthDue;
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
    public DeltaSession(Receiver receiver, RandomSource random, long start) {
        this.receiver = receiver;
        this.backoff = new Backoff(random);
        this.timer = start;
        for (ResourceType type : ResourceType.values()) {
            subscriptions.put(type, new Subscription(type));
        }
    }

    /** Replaces the set of names that are wanted. */
    public void want(ResourceType type, Collection<String> names, long now) {
        subscription(type).want(names, now);
        // A server may keep readiness with the port: tell it again once the port is known there.
        healthDue |= type == ResourceType.REGISTRATION && health != null;
    }

    /** A resource that is here from an earlier run. */
    public void known(ResourceType type, String name, String version) {
        subscription(type).accepted(name, version);
    }

    /**
     * Whether this workload is ready.
     *
     * @param code 0 for ready, 14 for anything else
     */
    public void health(int code, String message) {
        health = DeltaRequest.health(ResourceType.HEALTH_URL, code, message);
        healthDue = true;
    }

    /**
     * The stream can carry requests.
     *
     * @param node the encoded {@code Node}
     */
    public void opened(byte[] node, long now) {
        if (state != State.CONNECTING) {
            return;
        }
        this.node = node;
        state = State.OPEN;
        nodeSent = false;
        good = false;
        healthDue = health != null;
        subscriptions.values().forEach(subscription -> subscription.opened(now));
    }

    /** The stream has ended, or could not be opened. */
    public void closed(long now) {
        if (state == State.CLOSED || state == State.ENDED) {
            return;
        }
        state = State.CLOSED;
        timer = now + (good ? backoff.afterGoodStream() : backoff.afterFailure());
        good = false;
        subscriptions.values().forEach(Subscription::closed);
    }

    /** Ends the conversation; the control plane sees the stream end. */
    public void end() {
        if (state == State.OPEN || state == State.CONNECTING) {
            steps.add(new Step.Disconnect("the application ends"));
        }
        state = State.ENDED;
    }

    /** Some message from the control plane. */
    public void received(byte[] message, long now) {
        if (state != State.OPEN) {
            return;
        }
        DeltaResponse response;
        try {
            response = DeltaResponse.of(message);
        } catch (Malformed e) {
            steps.add(new Step.Disconnect("the control plane sent something malformed: " + e.getMessage()));
            good = false;
            closed(now);
            return;
        }
        good = true;
        if (!response.controlPlane().isEmpty()) {
            controlPlane = response.controlPlane();
        }
        var type = ResourceType.of(response.typeUrl());
        if (type == null) {
            send(DeltaRequest.ack(response.typeUrl(), response.nonce()));
            return;
        }
        var subscription = subscription(type);
        String error = take(subscription, response);
        if (error.isEmpty()) {
            send(subscription.refusal(true, now));
            subscription.allGood();
            send(DeltaRequest.ack(type.url(), response.nonce()));
        } else {
            subscription.refuse(response.nonce(), error, now);
        }
        receiver.settled(type);
    }

    /** Applies what is good of a response; returns what is bad. */
    private String take(Subscription subscription, DeltaResponse response) {
        var type = subscription.type;
        var error = new StringBuilder();
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (var item : response.items()) {
            if (!seen.add(item.name())) {
                twice.add(item.name());
            }
        }
        int index = 0;
        for (var item : response.items()) {
            int at = index++;
            if (!subscription.wants(item.name())) {
                continue;
            }
            subscription.answered(item.name());
            var reasons = twice.contains(item.name())
                    ? List.of("stands more than once in the response")
                    : receiver.resource(type, item.name(), item.version(), item.any());
            if (reasons.isEmpty()) {
                subscription.accepted(item.name(), item.version());
            } else {
                error.append(error.isEmpty() ? "" : "; ")
                        .append("resource ")
                        .append(at)
                        .append(" '")
                        .append(item.name())
                        .append("': ")
                        .append(String.join(", ", reasons));
            }
        }
        // A server may say both that a name is gone and why: the reason goes first, and once is enough.
        for (var failure : response.failures()) {
            seen.add(failure.name());
            failed(subscription, failure);
        }
        for (String name : response.removed()) {
            if (subscription.wants(name) && !seen.contains(name)) {
                subscription.forgotten(name);
                receiver.missing(type, name, "the control plane has none");
            }
        }
        return error.toString();
    }

    private void failed(Subscription subscription, DeltaResponse.Failure failure) {
        if (!subscription.wants(failure.name())) {
            return;
        }
        if (failure.notFound()) {
            subscription.forgotten(failure.name());
            receiver.missing(subscription.type, failure.name(), failure.why());
        } else {
            subscription.answered(failure.name());
            receiver.failing(subscription.type, failure.name(), failure.why());
        }
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
                    steps.add(new Step.Connect());
                }
            }
            case CONNECTING -> {
                if (now >= timer) {
                    steps.add(new Step.Disconnect("no connection within 10 s"));
                    closed(now);
                }
            }
            case OPEN -> sendDue(now);
            case ENDED -> {}
        }
    }

    private void sendDue(long now) {
        for (var subscription : subscriptions.values()) {
            send(subscription.refusal(false, now));
            byte[] request = subscription.due(nodeSent ? null : node, now);
            nodeSent |= request != null;
            send(request);
            for (String name : subscription.overdue(now)) {
                receiver.missing(subscription.type, name, "no answer within 15 s");
                receiver.settled(subscription.type);
            }
        }
        // Never the first message of a stream: istiod drops it then.
        if (healthCanGo()) {
            healthDue = false;
            send(health);
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
        long at = Long.MAX_VALUE;
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
