package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Transport;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool of the JVM outlives the mesh and keeps nothing of it. */
@Timeout(180)
final class UrlConnectionLeavingTest {
    private static final String NAMED = "http://" + Rig.NAME + "/";

    private static void call(String url) throws Exception {
        try (InputStream body = new URL(url).openStream()) {
            assertEquals("here", new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void connectionsOfTheMeshAreClosedAndTheApplicationsOwnAreKept() throws Exception {
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        try (var rig = new Rig(new UrlConnectionClient());
                var plain = Peer.saying("here");
                var outside = Peer.saying("here");
                var secured = Peer.tls(
                        Papers.context(Papers.WORKLOAD, Papers.CLIENT),
                        true,
                        (request, out) -> out.text(200, "here"))) {
            String own = "http://127.0.0.1:" + outside.port() + "/";
            call(own);
            rig.publish(Rules.snapshot(Rules.of(plain.endpoint())));
            call(NAMED);
            call(NAMED);
            assertEquals(1, plain.accepted());
            rig.publish(Rules.snapshot(Rules.of(secured.endpoint()).over(mesh)));
            call(NAMED);
            rig.awaitFinished(3);
            rig.assertHealthy();
            assertEquals(2, plain.open() + secured.open());
            rig.unweave();
            Rig.await("both connections are closed", () -> plain.open() + secured.open() == 0);
            call(own);
            assertEquals(1, outside.accepted());
        }
    }
}
