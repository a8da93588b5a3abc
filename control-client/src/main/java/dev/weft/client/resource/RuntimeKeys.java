package dev.weft.client.resource;

import dev.weft.client.wire.Message;

/**
 * Names of values of a runtime (RTDS), which would go before what the rule says. No runtime is asked for such here, so
 * the rule's own value counts, and who relies on the other is told.
 */
final class RuntimeKeys {
    private RuntimeKeys() {}

    /** @param at field that holds the key, in full */
    static void report(Message owner, int field, String at, Findings findings) {
        String key = owner.string(field);
        if (!key.isEmpty()) {
            findings.unsupported(at + " '" + key + "'");
        }
    }

    /** Of {@code RuntimeFractionalPercent}, {@code RuntimeFeatureFlag}, {@code RuntimeDouble} and {@code RuntimePercent}. */
    static void report(Message runtime, String at, Findings findings) {
        report(runtime, 2, at + ".runtime_key", findings);
    }
}
