package dev.weft.control.rule;

/**
 * A rule for calls that come in, which asks for nothing that would have to be kept: whatever it protects is refused when
 * it is read.
 *
 * @param kind PeerAuthentication, AuthorizationPolicy or RequestAuthentication
 */
public record SecurityRule(Origin origin, String kind, String name, String namespace) implements Rule {
    static final String PEER = "PeerAuthentication";
    static final String AUTHORIZATION = "AuthorizationPolicy";
    static final String REQUEST = "RequestAuthentication";
}
