package dev.weft.telemetry;

/** One fact about a span, named as OpenTelemetry names it where it has a name. */
public sealed interface Attribute {
    String name();

    record Text(String name, String value) implements Attribute {}

    record Count(String name, long value) implements Attribute {}
}
