package dev.weft.agent.log.jul;

import org.jspecify.annotations.Nullable;

/** The part of {@code MessageFormat} that log messages use: {@code {0}}, {@code {1}}. */
final class Format {
    private Format() {}

    static String of(@Nullable String message, @Nullable Object @Nullable [] parameters) {
        String text = String.valueOf(message);
        if (parameters == null) {
            return text;
        }
        for (int i = 0; i < parameters.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(parameters[i]));
        }
        return text;
    }
}
