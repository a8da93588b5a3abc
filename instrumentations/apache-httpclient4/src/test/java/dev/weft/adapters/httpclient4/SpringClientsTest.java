package dev.weft.adapters.httpclient4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.contract.LocalMesh;
import dev.weft.contract.Shop;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestTemplate;

/** Spring's blocking clients over HttpClient 4, as applications use them. Spring 6.2 needs HttpClient 4.1. */
@Timeout(180)
class SpringClientsTest {
    private final LocalMesh mesh = new LocalMesh();
    private final HttpComponentsClientHttpRequestFactory factory = new HttpComponentsClientHttpRequestFactory();

    @AfterEach
    void nothingBroke() throws Exception {
        assertEquals(List.of(), mesh.bugs());
        mesh.weaver().assertWoven();
        factory.destroy();
        mesh.close();
    }

    @Test
    void restTemplateCallsByNameAndPassesADeadEndpointOver() throws Exception {
        try (var good = Shop.saying(200, "good")) {
            mesh.knows("orders", Shop.deadPort(), good.port());
            var template = new RestTemplate(factory);
            for (int i = 0; i < 4; i++) {
                assertEquals("good", template.getForObject("http://orders:8080/{id}", String.class, i));
                assertEquals("good", template.postForObject("http://orders:8080/", "body", String.class));
            }
            assertEquals(8, mesh.finished().size());
        }
    }

    @Test
    void failuresArriveAsSpringsUsersKnowThem() throws Exception {
        try (var busy = Shop.saying(503, "busy")) {
            mesh.knows("orders", busy.port());
            mesh.knows("nobody");
            var template = new RestTemplate(factory);
            assertThrows(
                    HttpServerErrorException.ServiceUnavailable.class,
                    () -> template.getForObject("http://orders/", String.class));
            assertThrows(ResourceAccessException.class, () -> template.getForObject("http://nobody/", String.class));
        }
    }
}
