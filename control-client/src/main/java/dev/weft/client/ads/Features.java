package dev.weft.client.ads;

import dev.weft.client.bootstrap.Server;
import java.util.Set;

/**
 * What a server is known to do about errors (gRFC A88), by the features that the bootstrap file lists.
 *
 * @param failOnDataErrors nobody looks after it: what it takes away or spoils is given up here, too
 * @param timerIsTransient it says by itself what does not exist, so silence means that it is slow
 */
record Features(boolean failOnDataErrors, boolean timerIsTransient) {
    static final Features NONE = new Features(false, false);

    static Features of(Set<String> names) {
        return new Features(
                names.contains(Server.FAIL_ON_DATA_ERRORS), names.contains(Server.RESOURCE_TIMER_IS_TRANSIENT_ERROR));
    }

    /** So long a name may go without answer, in seconds. */
    int answerSeconds() {
        return timerIsTransient ? 30 : 15;
    }
}
