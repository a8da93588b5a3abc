package dev.weft.engine.adapt;

import dev.weft.engine.call.Attempt;
import java.util.concurrent.TimeUnit;

/** How long connecting may take, for libraries that count it in milliseconds. */
public final class ConnectLimit {
    private ConnectLimit() {}

    /**
     * The shorter of the cluster's limit and the application's.
     *
     * @param application in milliseconds; 0 or less for none
     * @return the application's as it stands, or at least 1 ms
     */
    public static int millis(Attempt attempt, int application) {
        long nanos = attempt.connectTimeout();
        if (nanos == Long.MAX_VALUE) {
            return application;
        }
        int clusters = (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        return application > 0 ? Math.min(application, clusters) : clusters;
    }
}
