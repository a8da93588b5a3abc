package dev.weft.agent.config;

import dev.weft.agent.log.LogLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns settings into values; a wrong one becomes an error and its default. On the path of premain. */
final class Reader {
    private static final long LONGEST_DRAIN = 600_000;

    private final Settings settings;

    Reader(Settings settings) {
        this.settings = settings;
    }

    private void refuse(Setting setting, Key key) {
        String instead = key.fallback().isEmpty() ? "it is left out" : "'" + key.fallback() + "' is used";
        if (key == Key.CONTROL_SECURITY) {
            instead = "'tls' is used"; // the safe one of the two
        }
        String value = key == Key.OTLP_HEADERS ? "(hidden)" : setting.value();
        settings.errors()
                .add(setting.source() + ": '" + value + "' is not a value of '" + setting.key() + "', which takes "
                        + key.accepts() + "; " + instead);
    }

    boolean onOff(Key key) {
        return onOff(settings.get(key), key);
    }

    private boolean onOff(Setting setting, Key key) {
        if (setting.value().equals("true") || setting.value().equals("false")) {
            return setting.value().equals("true");
        }
        refuse(setting, key);
        return key.fallback().equals("true");
    }

    Set<String> switchedOff() {
        Set<String> names = new LinkedHashSet<>();
        String prefix = Key.INSTRUMENTATION.key();
        for (Setting setting : settings.found().values()) {
            if (setting.key().startsWith(prefix) && !onOff(setting, Key.INSTRUMENTATION)) {
                names.add(setting.key().substring(prefix.length()));
            }
        }
        return names;
    }

    String text(Key key) {
        return settings.get(key).value();
    }

    private String checked(Key key, Setting setting, boolean right) {
        if (right || setting.value().isEmpty()) {
            return setting.value().isEmpty() ? key.fallback() : setting.value();
        }
        refuse(setting, key);
        return key.fallback();
    }

    String name(Key key) {
        Setting setting = settings.get(key);
        return checked(key, setting, Text.isName(setting.value()));
    }

    /** Several, separated by ';'; all of them or none. */
    List<String> targets(Key key) {
        Setting setting = settings.get(key);
        List<String> targets = new ArrayList<>();
        int from = 0;
        while (!setting.value().isEmpty() && from <= setting.value().length()) {
            int next = setting.value().indexOf(';', from);
            int end = next < 0 ? setting.value().length() : next;
            String target = setting.value().substring(from, end).trim();
            if (!Text.isUnixTarget(target) && !Text.hasPort(target)) {
                refuse(setting, key);
                return List.of();
            }
            targets.add(target);
            from = end + 1;
        }
        return targets;
    }

    /** One of some words; empty when it isn't set or isn't one of them. */
    String oneOf(Key key, String... words) {
        Setting setting = settings.get(key);
        for (String word : words) {
            if (word.equals(setting.value())) {
                return word;
            }
        }
        return checked(key, setting, false);
    }

    boolean isSet(Key key) {
        return !settings.get(key).value().isEmpty();
    }

    /** Whether somebody has set it, also where there is a default. */
    boolean isWritten(Key key) {
        return isSet(key) && !settings.get(key).source().equals(Setting.DEFAULT);
    }

    /** Something that can't be together with something else. */
    void conflict(Key key, String why) {
        Setting setting = settings.get(key);
        settings.errors().add(setting.source() + ": '" + setting.key() + "' " + why);
    }

    String loopback(Key key) {
        Setting setting = settings.get(key);
        boolean tcp = Text.hasPort(setting.value()) && Text.isLoopback(Text.host(setting.value()));
        return checked(key, setting, tcp || Text.isUnix(setting.value()));
    }

    String address(Key key) {
        Setting setting = settings.get(key);
        return checked(key, setting, Text.isAddress(setting.value()));
    }

    Map<String, String> pairs(Key key) {
        Setting setting = settings.get(key);
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : setting.value().split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.put(
                        pair.substring(0, equals).trim(),
                        pair.substring(equals + 1).trim());
            } else if (!pair.isBlank()) {
                refuse(setting, key);
                return Map.of();
            }
        }
        return pairs;
    }

    long millis(Key key) {
        Setting setting = settings.get(key);
        long millis = Text.millis(setting.value());
        if (millis >= 0 && millis <= LONGEST_DRAIN) {
            return millis;
        }
        refuse(setting, key);
        return Text.millis(key.fallback());
    }

    /** Several words, separated by ';'; all of them or the default. */
    List<String> words(Key key, List<String> known) {
        Setting setting = settings.get(key);
        List<String> words = new ArrayList<>();
        for (String word : setting.value().split(";")) {
            String trimmed = word.trim();
            if (!known.contains(trimmed) || words.contains(trimmed)) {
                refuse(setting, key);
                return List.of(key.fallback());
            }
            words.add(trimmed);
        }
        return words;
    }

    /**
     * Names of headers, and of query parameters behind a {@code ?}, separated by ';'; the word none for no name. A slip
     * must not let through what was to be held back: then all counts that looks like a name, and the default beside it.
     */
    List<String> secrets(Key key) {
        Setting setting = settings.get(key);
        String value = setting.value();
        if (value.equals("none")) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        if (!secrets(value, names) || names.isEmpty()) {
            if (isSet(key)) {
                refuse(setting, key);
            }
            names.clear();
            secrets(key.fallback(), names);
            secrets(value.replace(',', ';').replace(' ', ';'), names);
        }
        return names;
    }

    /** Whether nothing else stands in it; empty names don't count. */
    private static boolean secrets(String value, List<String> names) {
        boolean all = true;
        for (String part : value.split(";")) {
            String name = part.trim();
            if (Text.isHeader(name) || Text.isParameter(name)) {
                names.add(name);
            } else {
                all &= name.isEmpty();
            }
        }
        return all;
    }

    double share(Key key) {
        Setting setting = settings.get(key);
        try {
            double share = Double.parseDouble(setting.value());
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            refuse(setting, key);
            return Double.parseDouble(key.fallback());
        }
        refuse(setting, key);
        return Double.parseDouble(key.fallback());
    }

    LogLevel level(Key key) {
        Setting setting = settings.get(key);
        for (LogLevel level : LogLevel.values()) {
            if (level.name().equalsIgnoreCase(setting.value())) {
                return level;
            }
        }
        refuse(setting, key);
        return LogLevel.INFO;
    }
}
