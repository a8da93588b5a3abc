package dev.weft.control.registry;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An instance without an agent, as whoever registers it describes it.
 *
 * @param address an IP address
 * @param state how it says it is; for one that is checked, how it is until the check knows
 * @param ttl how long it is kept after it was last heard of
 * @param check by which its state is found out; null when it says it itself
 */
public record Registration(
        String service,
        String namespace,
        String address,
        int port,
        String protocol,
        Map<String, String> labels,
        String region,
        String zone,
        int weight,
        State state,
        Duration ttl,
        @Nullable HealthCheck check) {
    public static final Duration SHORTEST = Duration.ofSeconds(5);
    public static final Duration LONGEST = Duration.ofHours(1);
    public static final int HEAVIEST = 10_000;

    private static final Pattern PROTOCOL = Pattern.compile("[a-z0-9.-]{1,32}");
    private static final int MAX_TEXT = 256;

    public Registration {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** Tells every field that can't be kept as it is, and why. */
    public void check(BiConsumer<String, String> wrong) {
        checkName("service", service, wrong);
        checkName("namespace", namespace, wrong);
        checkAddress(address, reason -> wrong.accept("address", reason));
        if (port < 1 || port > 65_535) {
            wrong.accept("port", "must be from 1 to 65535, is " + port);
        }
        if (!PROTOCOL.matcher(protocol).matches()) {
            wrong.accept("protocol", "is not made of lower-case letters, digits, '.' and '-', 32 at the most");
        }
        checkLabels(labels, wrong);
        checkText("region", region, wrong);
        checkText("zone", zone, wrong);
        checkWeight(weight, wrong);
        if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
            wrong.accept("ttl", "must be from " + SHORTEST.toSeconds() + "s to " + LONGEST.toHours() + "h");
        }
        if (check != null) {
            check.check(ttl, wrong);
        }
    }

    public static void checkAddress(String address, Consumer<String> wrong) {
        try {
            RegistrationName.checkAddress(address);
        } catch (RegistrationName.RefusedException e) {
            wrong.accept(String.valueOf(e.getMessage()));
        }
    }

    public static void checkWeight(int weight, BiConsumer<String, String> wrong) {
        if (weight < 1 || weight > HEAVIEST) {
            wrong.accept(
                    "weight", "must be from 1 to " + HEAVIEST + ", is " + weight + "; drain what shall get no calls");
        }
    }

    public static void checkLabels(Map<String, String> labels, BiConsumer<String, String> wrong) {
        if (labels.size() > RegistrationName.MAX_LABELS) {
            wrong.accept("labels", "are more than " + RegistrationName.MAX_LABELS);
        }
        labels.forEach((name, value) -> {
            if (name.isEmpty() || name.length() > MAX_TEXT) {
                wrong.accept("labels", "a name must have from 1 to " + MAX_TEXT + " characters");
            }
            checkText("labels." + name, value, wrong);
        });
    }

    private static void checkName(String field, String name, BiConsumer<String, String> wrong) {
        if (!RegistrationName.isName(name)) {
            wrong.accept(
                    field, "'" + name + "' is not made of lower-case letters, digits, '-' and '_', 63 at the most");
        }
    }

    private static void checkText(String field, String text, BiConsumer<String, String> wrong) {
        if (text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            wrong.accept(field, "must be text of " + MAX_TEXT + " characters at the most");
        }
    }

    /** One spelling for each address; null for what is none. */
    public static @Nullable String canonical(String address) {
        byte[] bytes = IpLiteral.parse(address);
        return bytes == null ? null : IpLiteral.text(bytes);
    }
}
