package dev.weft.proxy.config;

/**
 * The value of a key and where it comes from.
 *
 * @param source {@code --key}, {@code WEFT_KEY}, a file, or {@code default}
 */
public record Setting(String key, String value, String source) {}
