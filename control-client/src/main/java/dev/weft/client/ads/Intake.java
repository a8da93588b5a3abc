package dev.weft.client.ads;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes the resources of a response in one by one: the good ones apply even where others are bad (gRFC A46). */
final class Intake {
    /** Characters; a server that spoils thousands of resources is not told of each. */
    private static final int LONGEST = 16_384;

    private final Receiver receiver;

    Intake(Receiver receiver) {
        this.receiver = receiver;
    }

    /**
     * Applies what is good of a response; returns what is bad.
     *
     * @param drops whether what the server takes away or spoils is given up here, too
     */
    String take(Subscription subscription, Response response, boolean drops) {
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
        int untold = 0;
        for (var item : response.items()) {
            var named = subscription.whole && !type.named() ? item.named(subscription.only()) : item;
            var reasons = take(subscription, named, twice.contains(item.name()), drops);
            if (!reasons.isEmpty() && errors.length() > LONGEST) {
                untold++;
            } else if (!reasons.isEmpty()) {
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
        if (untold > 0) {
            errors.append("; and ").append(untold).append(" more");
        }
        // A server may say both that a name is gone and why: the reason goes first, and once is enough.
        for (var failure : response.failures()) {
            seen.add(failure.name());
            failed(subscription, failure, drops);
        }
        for (String name : response.removed()) {
            if (subscription.wants(name) && !seen.contains(name)) {
                gone(subscription, name, "the control plane has none", drops);
            }
        }
        if (response.whole() && type.listedWhole() && response.readable()) {
            for (String name : subscription.absent(seen)) {
                if (drops) {
                    gone(subscription, name, "the control plane no longer lists it", true);
                } else {
                    receiver.absent(type, name);
                }
            }
        }
        return errors.toString();
    }

    private List<String> take(Subscription subscription, Response.Item item, boolean twice, boolean drops) {
        if (item.malformed() != null) {
            return List.of(item.malformed());
        }
        if (item.name().isEmpty() || !subscription.wants(item.name())) {
            return List.of();
        }
        subscription.answered(item.name());
        if (twice) {
            return List.of("stands more than once in the response");
        }
        var reasons = receiver.resource(subscription.type, item.name(), item.version(), item.any());
        if (reasons.isEmpty()) {
            subscription.accepted(item.name(), item.version());
        } else if (drops) {
            subscription.forgotten(item.name());
            receiver.spoilt(subscription.type, item.name());
        }
        return reasons;
    }

    private void gone(Subscription subscription, String name, String why, boolean drops) {
        subscription.forgotten(name);
        if (drops) {
            receiver.dropped(subscription.type, name, why);
        } else {
            receiver.missing(subscription.type, name, why);
        }
    }

    private void failed(Subscription subscription, Response.Failure failure, boolean drops) {
        if (!subscription.wants(failure.name())) {
            return;
        }
        if (failure.notFound() || drops && failure.denied()) {
            gone(subscription, failure.name(), failure.why(), drops);
        } else {
            subscription.answered(failure.name());
            receiver.failing(subscription.type, failure.name(), failure.why());
        }
    }
}
