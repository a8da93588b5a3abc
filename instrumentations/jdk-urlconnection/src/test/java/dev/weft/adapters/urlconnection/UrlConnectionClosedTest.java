package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Knobs;
import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a call of the mesh does when part of the adapter is not there: fail, closed. */
@Timeout(180)
final class UrlConnectionClosedTest {
    private static HttpURLConnection open(String url) throws IOException {
        return (HttpURLConnection) new URL(url).openConnection();
    }

    @Test
    void withoutTheHookThatOpensConnectionsNothingIsSentAnywhere() throws Exception {
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        try (var peer = Peer.saying("in the clear");
                var other = new Rig(new Without())) {
            String url = "http://localhost:" + peer.port() + "/";
            var rules = Rules.named("localhost:" + peer.port(), peer.endpoint());
            for (var over : List.of(mesh, Transport.PLAINTEXT)) {
                other.publish(Rules.snapshot(rules.over(over)));
                assertThrows(IOException.class, () -> open(url).getInputStream());
            }
            assertEquals(0, peer.accepted());
            other.publish(Rules.snapshot());
            assertEquals("in the clear", new String(open(url).getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The adapter without {@link OpenHook}. */
    private record Without() implements ClientUnderTest {
        private static final UrlConnectionClient WHOLE = new UrlConnectionClient();

        @Override
        public String name() {
            return WHOLE.name();
        }

        @Override
        public String version() {
            return WHOLE.version();
        }

        @Override
        public Set<Feature> lacks() {
            return WHOLE.lacks();
        }

        @Override
        public List<Class<?>> adapters() {
            var all = new ArrayList<>(WHOLE.adapters());
            all.remove(OpenHook.class);
            return all;
        }

        @Override
        public List<Class<?>> adaptersFailingInDeliver() {
            return adapters();
        }

        @Override
        public Client open(Knobs knobs) {
            return WHOLE.open(knobs);
        }
    }
}
