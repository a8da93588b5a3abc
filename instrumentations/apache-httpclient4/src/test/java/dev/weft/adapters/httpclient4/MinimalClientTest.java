package dev.weft.adapters.httpclient4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.LocalMesh;
import dev.weft.contract.Rig;
import dev.weft.contract.Shop;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.message.BasicHttpRequest;
import org.apache.http.util.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MinimalClientTest {
    private final LocalMesh mesh = new LocalMesh();
    private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
    private final CloseableHttpClient client = HttpClients.createMinimal(pool);

    @AfterEach
    void nothingBrokeAndNothingLeaked() {
        assertEquals(List.of(), mesh.bugs());
        mesh.weaver().assertWoven();
        mesh.close();
        assertEquals(0, pool.getTotalStats().getLeased());
        pool.shutdown();
    }

    private String text(HttpUriRequest request) throws IOException {
        return client.execute(
                request,
                answer -> answer.getStatusLine().getStatusCode() + " " + EntityUtils.toString(answer.getEntity()));
    }

    @Test
    void anUndeliveredPostGoesToTheNextEndpointUnderTheLogicalName() throws Exception {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            for (int i = 0; i < 4; i++) {
                var post = new HttpPost("http://orders:8080/order");
                post.setEntity(new StringEntity("one"));
                assertEquals("200 good", text(post));
                assertEquals(0, post.getHeaders("traceparent").length, "the application's request stays as it is");
            }
            // 4.3 asks with the whole URL, as it does without us.
            assertTrue(good.asked().get(3).endsWith("/order one"), good.asked().get(3));
            assertEquals("orders:8080", good.hosts().get(3));
        }
    }

    private void knowsWithin(Duration limit, String name, int... ports) {
        mesh.knows(name, LocalMesh.retries(limit.toNanos()), HeaderEdits.NONE, Transport.PLAINTEXT, ports);
    }

    @Test
    void aPerTryTimeoutEndsTheAttempt() throws Exception {
        try (var slow = new Shop(exchange -> HopsTest.hang());
                var good = Shop.saying(200, "good")) {
            mesh.knows("prompt", good.port());
            Duration limit = Rig.ample(Duration.ofSeconds(1), () -> text(new HttpGet("http://prompt/")));
            knowsWithin(limit, "orders", slow.port(), good.port());
            assertEquals("200 good", text(new HttpGet("http://orders/")));
            knowsWithin(Duration.ofMillis(200), "users", slow.port());
            assertThrows(SocketTimeoutException.class, () -> text(new HttpGet("http://users/")));
        }
    }

    @Test
    void aRequestThatNamesNoHostAsksForTheOneItIsSentTo() throws Exception {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", good.port());
            var context = HttpClientContext.create();
            var target = new HttpHost("orders", 8080);
            try (var answer = client.execute(target, new BasicHttpRequest("GET", "/x?y=z"), context)) {
                assertEquals(200, answer.getStatusLine().getStatusCode());
            }
            assertEquals(List.of("GET /x?y=z "), good.asked());
            assertEquals("orders:8080", good.hosts().get(0));
            assertEquals(target, context.getHttpRoute().getTargetHost());
        }
    }

    @Test
    void aRuleAnswersWithoutAPeer() throws Exception {
        mesh.answers("orders", new Action.DirectResponse(418, "short and stout"));
        assertEquals("418 short and stout", text(new HttpGet("http://orders/")));
    }
}
