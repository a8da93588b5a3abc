package dev.weft.agent.config;

/**
 * A value and where it comes from.
 *
 * @param source {@code agent argument x}, {@code -Dweft.x}, {@code WEFT_X}, a file, or {@code default}
 */
public record Setting(String key, String value, String source) {
    public static final String DEFAULT = "default";
}
