package dev.weft.telemetry.access;

import org.jspecify.annotations.Nullable;

/** A piece of a line. */
sealed interface Part {
    /** Null where there is none. */
    @Nullable
    String value(AccessEntry entry);

    /** Whether it stands as it is. */
    default boolean literal() {
        return false;
    }

    /** Whether its values are numbers. */
    default boolean number() {
        return false;
    }

    record Literal(String text) implements Part {
        @Override
        public String value(AccessEntry entry) {
            return text;
        }

        @Override
        public boolean literal() {
            return true;
        }
    }

    record Plain(Operator operator) implements Part {
        @Override
        public boolean number() {
            return operator.number();
        }

        @Override
        public @Nullable String value(AccessEntry entry) {
            return operator.value(entry);
        }
    }

    /** One of the request's own words: {@code :METHOD}, {@code :SCHEME}, {@code :AUTHORITY} or {@code :PATH}. */
    record Pseudo(String name) implements Part {
        @Override
        public @Nullable String value(AccessEntry entry) {
            String value = switch (name) {
                case ":method" -> entry.method();
                case ":scheme" -> entry.scheme();
                case ":authority" -> entry.authority();
                default -> entry.path();
            };
            return value.isEmpty() ? null : value;
        }
    }

    /** @param index among the headers that the format names */
    record Header(boolean response, int index) implements Part {
        @Override
        public @Nullable String value(AccessEntry entry) {
            @Nullable String[] values = response ? entry.response() : entry.request();
            return index < values.length ? values[index] : null;
        }
    }

    /**
     * The first of two that is there, cut.
     *
     * @param most characters
     */
    record Choice(Part first, @Nullable Part second, int most) implements Part {
        @Override
        public @Nullable String value(AccessEntry entry) {
            String value = first.value(entry);
            if (value == null && second != null) {
                value = second.value(entry);
            }
            return value == null || value.length() <= most ? value : value.substring(0, most);
        }
    }
}
