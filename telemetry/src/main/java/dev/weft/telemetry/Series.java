package dev.weft.telemetry;

/**
 * Requests that are alike to whoever counts them.
 *
 * @param version of the instance that answered; empty for none
 * @param code HTTP status; 0 for none
 * @param flags bits of {@link ResponseFlag}
 * @param duration their number and their times
 */
record Series(String version, int code, int flags, Histogram duration) {
    boolean is(String anotherVersion, int anotherCode, int anotherFlags) {
        return code == anotherCode && flags == anotherFlags && version.equals(anotherVersion);
    }

    static int hash(String version, int code, int flags) {
        int hash = (version.hashCode() * 31 + code) * 31 + flags;
        return hash ^ hash >>> 7;
    }
}
