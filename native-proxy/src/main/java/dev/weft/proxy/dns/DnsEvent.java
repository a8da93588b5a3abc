package dev.weft.proxy.dns;

/** What is counted. */
public enum DnsEvent {
    /** A question came. */
    QUERY,
    /** It was answered from the directory of the mesh. */
    MESH,
    /** It was answered from the cache. */
    CACHED,
    /** It was asked of a server, or joined one that was asked the same. */
    FORWARDED,
    /** A server's answer was cut, or too many didn't fit, and it was asked over TCP. */
    TCP,
    /** A datagram came from a server's address that is no answer to the question. */
    WRONG_ANSWER,
    /** A server failed, or said that it did. */
    SERVER_FAILED,
    /** No server had an answer in time. */
    UNANSWERED,
    /** Too many questions were open. */
    OVERLOAD,
    /** A message could not be read, or asked for what is not done. */
    REFUSED
}
