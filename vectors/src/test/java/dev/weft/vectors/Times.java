package dev.weft.vectors;

import java.math.BigDecimal;

/** Times as cases write them: {@code 25ms}, {@code 1.5s}, {@code 10us}, {@code 2m}. */
final class Times {
    private Times() {}

    static long nanos(Object text) {
        String time = String.valueOf(text);
        int unit = 0;
        while (unit < time.length() && (Character.isDigit(time.charAt(unit)) || time.charAt(unit) == '.')) {
            unit++;
        }
        long factor = switch (time.substring(unit)) {
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw new IllegalArgumentException("'" + time + "' is no time");
        };
        return new BigDecimal(time.substring(0, unit))
                .multiply(BigDecimal.valueOf(factor))
                .longValueExact();
    }

    /** The same for people: {@code never} for {@link Long#MAX_VALUE}. */
    static String text(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return "never";
        }
        for (Object[] unit : new Object[][] {{"s", 1_000_000_000L}, {"ms", 1_000_000L}, {"us", 1_000L}}) {
            long factor = (Long) unit[1];
            if (nanos % factor == 0 && (nanos != 0 || unit[0].equals("ms"))) {
                return nanos / factor + (String) unit[0];
            }
        }
        return nanos + "ns";
    }
}
