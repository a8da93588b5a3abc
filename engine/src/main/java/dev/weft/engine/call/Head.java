package dev.weft.engine.call;

/**
 * The beginning of an answer; here a retry is decided.
 *
 * @param code the protocol's own code (HTTP status; 0 where the code comes with the end, as in gRPC)
 * @param outcome what policies judge; SUCCESS where the verdict comes with the end
 * @param headers the answer's headers
 */
public record Head(int code, Outcome outcome, Headers headers) {
    /** Head of an HTTP answer. */
    public static Head http(int status, Headers headers) {
        return new Head(status, Outcome.ofHttp(status), headers);
    }
}
