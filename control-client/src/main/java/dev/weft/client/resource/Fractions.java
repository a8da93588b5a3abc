package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code RuntimeFractionalPercent}, whose default counts: there is no runtime to override it. */
final class Fractions {
    private Fractions() {}

    static int perMillion(Message runtime, String where, Findings findings) {
        var fraction = runtime.message(1);
        long factor = switch ((int) fraction.number(2)) {
            case 0 -> 10_000;
            case 1 -> 100;
            default -> 1;
        };
        long numerator = fraction.number(1);
        if (numerator < 0 || numerator > 1_000_000 / factor) {
            findings.refuse(where, "above the whole");
            return 0;
        }
        return (int) (numerator * factor);
    }
}
