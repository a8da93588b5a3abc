package dev.weft.telemetry;

import dev.weft.engine.adapt.Peers;

/**
 * Requests that are alike to whoever counts them.
 *
 * @param version of the instance that answered; empty for none
 * @param peers whom the certificates of the connection show
 * @param code HTTP status; 0 for none
 * @param grpc status of gRPC, or {@link GrpcCalls#NONE} or {@link GrpcCalls#UNTOLD}
 * @param flags bits of {@link ResponseFlag}
 * @param duration their number and their times
 */
record Series(String version, Peers peers, int code, int grpc, int flags, Histogram duration) {
    boolean is(String anotherVersion, Peers others, int anotherCode, int anotherGrpc, int anotherFlags) {
        return code == anotherCode
                && flags == anotherFlags
                && grpc == anotherGrpc
                && version.equals(anotherVersion)
                && (peers == others || peers.equals(others));
    }

    static int hash(String version, Peers peers, int code, int grpc, int flags) {
        int hash = peers == Peers.UNKNOWN ? 0 : peers.hashCode() * 31;
        hash = (((hash + version.hashCode() * 31 + code) * 31 + flags) * 31) + grpc;
        return hash ^ hash >>> 7;
    }
}
