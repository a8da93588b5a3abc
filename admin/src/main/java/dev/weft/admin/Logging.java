package dev.weft.admin;

import dev.weft.telemetry.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code /logging}, as Envoy has it: {@code ?level=debug} for all loggers, {@code ?NAME=debug} or {@code
 * ?paths=NAME:debug,NAME:info} for some; and always the levels that are in force then. All of a request counts, or
 * nothing of it does.
 */
public final class Logging {
    private final Loggers loggers;

    public Logging(Loggers loggers) {
        this.loggers = loggers;
    }

    /** The levels in force. */
    public AdminAnswer show(AdminRequest request) {
        Map<String, String> levels = new TreeMap<>(loggers.levels());
        if (!request.wantsText(true)) {
            Json json = new Json();
            StatusJson.map(levels, json.beginObject().name("loggers"));
            return AdminAnswer.json(json.endObject().toString());
        }
        StringBuilder text = new StringBuilder("active loggers:\n");
        levels.forEach((logger, level) ->
                text.append("  ").append(logger).append(": ").append(level).append('\n'));
        return AdminAnswer.text(text.toString());
    }

    public AdminAnswer change(AdminRequest request) {
        Map<String, String> wanted = new LinkedHashMap<>();
        for (AdminRequest.Pair pair : request.query()) {
            String wrong = switch (pair.name()) {
                case "format" -> null;
                case "level" -> all(pair.value(), wanted);
                case "paths" -> some(pair.value(), wanted);
                default -> one(pair.name(), pair.value(), wanted);
            };
            if (wrong != null) {
                return AdminAnswer.refused(400, wrong);
            }
        }
        wanted.forEach(loggers::set);
        return show(request);
    }

    private @Nullable String all(String level, Map<String, String> wanted) {
        for (String logger : loggers.levels().keySet()) {
            String wrong = one(logger, level, wanted);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable String some(String pairs, Map<String, String> wanted) {
        for (String pair : pairs.split(",", -1)) {
            int colon = pair.indexOf(':');
            String wrong = colon < 1
                    ? "'" + pair + "' is not logger:level"
                    : one(pair.substring(0, colon), pair.substring(colon + 1), wanted);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    /** What is wrong with it, or null. */
    private @Nullable String one(String logger, String level, Map<String, String> wanted) {
        if (!loggers.levels().containsKey(logger)) {
            return "'" + logger + "' is no logger; there are "
                    + String.join(", ", new TreeMap<>(loggers.levels()).keySet());
        }
        String known = known(level);
        if (known == null) {
            return "'" + level + "' is no level; there are " + String.join(", ", loggers.known());
        }
        wanted.put(logger, known);
        return null;
    }

    /** The level as it is called here, by that name or the nearest of Envoy's. */
    private @Nullable String known(String level) {
        String lower = level.toLowerCase(Locale.ROOT);
        String ours = switch (lower) {
            case "warning" -> "warn";
            case "critical" -> "error";
            case "trace" -> "debug";
            default -> lower;
        };
        return loggers.known().contains(ours) ? ours : null;
    }
}
