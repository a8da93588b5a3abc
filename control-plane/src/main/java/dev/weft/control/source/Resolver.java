package dev.weft.control.source;

import java.util.List;
import java.util.function.Consumer;

/** Asks DNS. */
public interface Resolver {
    /**
     * Begins to ask; does not block.
     *
     * @param told once, on any thread
     */
    void resolve(String name, Consumer<Resolution> told);

    /**
     * What DNS says.
     *
     * @param addresses IP addresses, each in its one spelling, in a stable order
     * @param failure why there is no answer; empty when there is one
     */
    record Resolution(List<String> addresses, String failure) {
        public Resolution {
            addresses = List.copyOf(addresses);
        }
    }
}
