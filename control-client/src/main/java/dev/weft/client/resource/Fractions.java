package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/** {@code RuntimeFractionalPercent}, whose default counts. */
final class Fractions {
    private Fractions() {}

    /** @param field that holds it, of its message */
    static int perMillion(Message runtime, String where, String field, Findings findings) {
        RuntimeKeys.report(runtime, field, findings);
        return of(runtime.message(1), where, findings);
    }

    /** A {@code FractionalPercent}. */
    static int of(Message fraction, String where, Findings findings) {
        long factor = switch ((int) fraction.number(2)) {
            case 0 -> 10_000;
            case 1 -> 100;
            case 2 -> 1;
            default -> 0;
        };
        long numerator = fraction.number(1);
        if (factor == 0 || numerator < 0 || numerator > 1_000_000 / factor) {
            findings.refuse(where, "above the whole, or of an unknown one");
            return 0;
        }
        return (int) (numerator * factor);
    }
}
