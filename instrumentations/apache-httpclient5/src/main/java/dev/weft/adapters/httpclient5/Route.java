package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.TlsIdentities;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Transport;
import org.apache.hc.client5.http.HttpRoute;

/**
 * A logical route aimed at one endpoint.
 *
 * @param route what the pool keys connections by; the application's own local address is kept
 */
record Route(HttpRoute logical, Endpoint endpoint, Transport transport, Aim aim, HttpRoute route) {
    static Route of(HttpRoute logical, Attempt attempt, TlsIdentities identities) {
        Aim aim = Aim.of(attempt, logical.getTargetHost(), identities);
        boolean secure = logical.isSecure() || aim.tls() != null;
        return new Route(
                logical,
                attempt.endpoint(),
                attempt.transport(),
                aim,
                new HttpRoute(aim.peer(), logical.getLocalAddress(), secure));
    }

    boolean is(HttpRoute wanted, Attempt attempt) {
        return endpoint == attempt.endpoint() && transport == attempt.transport() && logical.equals(wanted);
    }
}
