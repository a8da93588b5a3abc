package dev.weft.adapters.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MinimalClientTest {
    private final LocalMesh mesh = new LocalMesh();
    private final PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager();
    private final MinimalHttpClient client = HttpClients.createMinimal(pool);

    @AfterEach
    void nothingBrokeAndNothingLeaked() {
        assertEquals(List.of(), mesh.bugs());
        mesh.weaver().assertWoven();
        mesh.close();
        assertEquals(0, pool.getTotalStats().getLeased());
        pool.close();
    }

    /** 5.0 needs a context here. */
    private String text(ClassicHttpRequest request) throws IOException {
        return client.execute(
                request,
                HttpClientContext.create(),
                answer -> answer.getCode() + " " + EntityUtils.toString(answer.getEntity()));
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
            assertEquals("POST /order one", good.asked().get(3));
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
    void aRuleAnswersWithoutAPeer() throws Exception {
        mesh.answers("orders", new Action.DirectResponse(418, "short and stout"));
        assertEquals("418 short and stout", text(new HttpGet("http://orders/")));
    }
}
