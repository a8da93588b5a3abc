package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** Spring's blocking clients over the factory that they take when there is no other library. */
final class SpringClientsTest extends Rigged {
    private static final String URL = "http://" + Rig.NAME;

    @Test
    void restTemplateCallsByNameAndPassesADeadEndpointOver() throws Exception {
        try (var good = Peer.plain((request, out) -> out.text(200, request.method() + request.text()))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), good.endpoint()).retrying()));
            var template = new RestTemplate(new SimpleClientHttpRequestFactory());
            for (int i = 0; i < 4; i++) {
                assertEquals("GET", template.getForObject(URL + "/{id}", String.class, i));
                assertEquals("POSTbody", template.postForObject(URL, "body", String.class));
            }
            assertEquals(8, good.received().size());
            rig.awaitFinished(8);
        }
        rig.assertHealthy();
    }

    @Test
    void restClientCallsByNameAndPassesADeadEndpointOver() throws Exception {
        try (var good = Peer.plain((request, out) -> out.text(200, request.method() + request.text()))) {
            rig.publish(Rules.snapshot(Rules.of(Peer.dead(), good.endpoint()).retrying()));
            var client = RestClient.builder()
                    .requestFactory(new SimpleClientHttpRequestFactory())
                    .baseUrl(URL)
                    .build();
            for (int i = 0; i < 4; i++) {
                assertEquals("GET", client.get().uri("/x").retrieve().body(String.class));
                assertEquals(
                        "PUTone", client.put().uri("/x").body("one").retrieve().body(String.class));
            }
            assertEquals(8, good.received().size());
            rig.awaitFinished(8);
        }
        rig.assertHealthy();
    }

    @Test
    void failuresArriveAsSpringsUsersKnowThem() throws Exception {
        try (var busy = Peer.plain((request, out) -> out.text(503, "busy"))) {
            rig.publish(Rules.snapshot(Rules.of(busy.endpoint()), Rules.named("nobody.weft.test")));
            var template = new RestTemplate(new SimpleClientHttpRequestFactory());
            var failed = assertThrows(
                    HttpServerErrorException.ServiceUnavailable.class, () -> template.getForObject(URL, String.class));
            assertEquals("busy", failed.getResponseBodyAsString());
            assertThrows(
                    HttpServerErrorException.ServiceUnavailable.class,
                    () -> template.postForObject(URL, "body", String.class));
            assertThrows(
                    ResourceAccessException.class,
                    () -> template.getForObject("http://nobody.weft.test/", String.class));
            assertThrows(
                    ResourceAccessException.class,
                    () -> template.postForObject("http://nobody.weft.test/", "body", String.class));
        }
        rig.assertHealthy();
    }
}
