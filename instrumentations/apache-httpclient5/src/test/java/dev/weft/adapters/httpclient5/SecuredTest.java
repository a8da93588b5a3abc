package dev.weft.adapters.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.contract.LocalMesh;
import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Shop;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An {@code http} call of the application, sent over TLS with a client certificate because the mesh says so. */
@Timeout(180)
class SecuredTest {
    private final LocalMesh mesh = new LocalMesh();
    private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
    private final CloseableHttpClient client =
            HttpClients.custom().setConnectionManager(pool).build();
    private final CloseableHttpClient minimal = HttpClients.createMinimal(pool);

    @AfterEach
    void nothingBrokeAndNothingLeaked() {
        assertEquals(List.of(), mesh.bugs());
        mesh.close();
        assertEquals(0, pool.getTotalStats().getLeased());
        pool.close();
    }

    private static Peer peer() throws IOException {
        return Peer.tls(
                Papers.context(Papers.WORKLOAD, Papers.CLIENT, Papers.STRANGER),
                true,
                (request, out) -> out.text(200, request.client() + " " + request.sni()));
    }

    private static String text(CloseableHttpClient client) throws IOException {
        return client.execute(
                new HttpGet("http://orders:8080/"),
                HttpClientContext.create(),
                answer -> EntityUtils.toString(answer.getEntity()));
    }

    private void secured(SSLContext context, String sni, int port) {
        secured(context, sni, port, Long.MAX_VALUE);
    }

    private void secured(SSLContext context, String sni, int port, long perTryNanos) {
        mesh.knows(
                "orders",
                LocalMesh.retries(perTryNanos),
                HeaderEdits.NONE,
                new Transport.Tls(context, sni, List.of()),
                port);
    }

    @Test
    void bothClientsSendOverTlsAndShareConnectionsOfTheSameIdentity() throws Exception {
        try (var peer = peer()) {
            secured(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "outbound.8080.orders", peer.port());
            assertEquals("CN=client outbound.8080.orders", text(client));
            assertEquals("CN=client outbound.8080.orders", text(client));
            assertEquals(1, peer.accepted());
            assertEquals("orders:8080", peer.received().get(0).header("host"));
            assertEquals("CN=client outbound.8080.orders", text(minimal));
            assertEquals("CN=client outbound.8080.orders", text(minimal));
            assertEquals(2, peer.accepted());
            assertEquals("orders:8080", peer.received().get(3).header("host"));
            mesh.weaver().assertWoven();
        }
    }

    @Test
    void anotherIdentityNeverUsesTheConnectionsOfThisOne() throws Exception {
        try (var peer = peer()) {
            secured(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", peer.port());
            assertEquals("CN=client null", text(client));
            mesh.forgets("orders");
            secured(Papers.context(Papers.STRANGER, Papers.WORKLOAD), "", peer.port());
            assertEquals("CN=stranger null", text(client));
            assertEquals("CN=stranger null", text(minimal));
        }
    }

    @Test
    void aPeerThatIsNotTrustedGetsNothingOfARequestEvenIfItIsAPost() throws Exception {
        try (var peer = peer()) {
            secured(Papers.context(Papers.CLIENT, Papers.STRANGER), "", peer.port());
            var post = new HttpPost("http://orders/");
            post.setEntity(new StringEntity("secret"));
            assertThrows(IOException.class, () -> client.execute(post));
            assertThrows(IOException.class, () -> minimal.execute(post, HttpClientContext.create()));
            assertEquals(List.of(), peer.received());
        }
    }

    @Test
    void withoutTheWovenConnectNothingIsSentInTheClear() throws Exception {
        try (var ready = Shop.saying(200, "in the clear")) {
            // A server that waits for a request line never answers the application's own attempt at TLS.
            secured(
                    Papers.context(Papers.CLIENT, Papers.WORKLOAD),
                    "",
                    ready.port(),
                    TimeUnit.MILLISECONDS.toNanos(300));
            mesh.without(ConnectHook.class);
            assertThrows(IOException.class, () -> text(client));
            assertThrows(IOException.class, () -> text(minimal));
            assertEquals(List.of(), ready.asked());
        }
    }

    @Test
    void whatCannotBeSecuredIsRefused() {
        mesh.knows(
                "orders",
                LocalMesh.retries(Long.MAX_VALUE),
                HeaderEdits.NONE,
                new Transport.Unavailable("no certificate yet"));
        assertThrows(IOException.class, () -> text(client));
    }
}
