package dev.weft.engine.snapshot;

/**
 * The time limit that a request brings along in {@code x-envoy-expected-rq-timeout-ms} counts here (Envoy:
 * {@code router.v3.Router.respect_expected_rq_timeout}). The other limits of the route count beside it.
 *
 * @param respected false where the router says so
 */
public record ExpectedTimeout(String scope, boolean respected) implements Guard {
    @Override
    public boolean idle() {
        return !respected;
    }
}
