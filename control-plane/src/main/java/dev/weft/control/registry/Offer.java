package dev.weft.control.registry;

/**
 * A port that a workload is to be registered with.
 *
 * @param name as {@link dev.weft.protocol.register.RegistrationName} has it; its labels go before those of the node
 * @param region where it runs, if its node doesn't say
 * @param weight its share of the calls
 * @param account that whoever registers must have; empty for any
 * @param isReady it is taken for well until it says otherwise; else for starting
 */
public record Offer(String name, String region, String zone, int weight, String account, boolean isReady) {
    /** What a workload asks for by itself. */
    public static Offer of(String name) {
        return new Offer(name, "", "", 1, "", false);
    }
}
