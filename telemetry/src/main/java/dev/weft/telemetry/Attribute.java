package dev.weft.telemetry;

/** One fact about a span, named as OpenTelemetry names it where it has a name. */
public sealed interface Attribute {
    String name();

    /** Its value in words. */
    String text();

    record Text(String name, String value) implements Attribute {
        @Override
        public String text() {
            return value;
        }
    }

    record Count(String name, long value) implements Attribute {
        @Override
        public String text() {
            return Long.toString(value);
        }
    }
}
