package dev.weft.client.ads;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes the resources of a response in one by one: the good ones apply even where others are bad (gRFC A46). */
final class Intake {
    private final Receiver receiver;

    Intake(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Applies what is good of a response; returns what is bad. */
    String take(Subscription subscription, Response response) {
        var type = subscription.type;
        var errors = new StringBuilder();
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (var item : response.items()) {
            if (!seen.add(item.name())) {
                twice.add(item.name());
            }
        }
        int index = 0;
        for (var item : response.items()) {
            var named = subscription.whole && !type.named() ? item.named(subscription.only()) : item;
            var reasons = take(subscription, named, twice.contains(item.name()));
            if (!reasons.isEmpty()) {
                errors.append(errors.isEmpty() ? "" : "; ")
                        .append("resource ")
                        .append(index)
                        .append(" '")
                        .append(named.name())
                        .append("': ")
                        .append(String.join(", ", reasons));
            }
            index++;
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
        if (response.whole() && type.listedWhole() && response.readable()) {
            subscription.absent(seen).forEach(name -> receiver.absent(type, name));
        }
        return errors.toString();
    }

    private List<String> take(Subscription subscription, Response.Item item, boolean twice) {
        if (item.malformed() != null) {
            return List.of(item.malformed());
        }
        if (item.name().isEmpty() || !subscription.wants(item.name())) {
            return List.of();
        }
        subscription.answered(item.name());
        var reasons = twice
                ? List.of("stands more than once in the response")
                : receiver.resource(subscription.type, item.name(), item.version(), item.any());
        if (reasons.isEmpty()) {
            subscription.accepted(item.name(), item.version());
        }
        return reasons;
    }

    private void failed(Subscription subscription, Response.Failure failure) {
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
}
