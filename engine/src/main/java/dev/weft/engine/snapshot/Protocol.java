package dev.weft.engine.snapshot;

/**
 * What the endpoints of a cluster speak, for those who speak for the application (Envoy: {@code
 * upstreams.http.v3.HttpProtocolOptions}).
 */
public enum Protocol {
    /** Nobody says: HTTP/1.1, and HTTP/2 for what can't go otherwise. */
    UNSAID,
    HTTP1,
    HTTP2,
    /** What the caller speaks ({@code use_downstream_protocol_config}). */
    DOWNSTREAM
}
