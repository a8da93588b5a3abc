package shop.front;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.context.WebServerApplicationContext;

class FrontPageTest {

    @Test
    void theShopIsClosedWithTheCauseWhileNobodyElseCanBeReached() throws Exception {
        try (var front = SpringApplication.run(
                FrontApplication.class, "--server.port=0", "--server.address=127.0.0.1")) {
            int port =
                    ((WebServerApplicationContext) front).getWebServer().getPort();
            for (var path : new String[] {"/", "/api/page/ada", "/api/quotes/tea"}) {
                var answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());

                assertEquals(502, answer.statusCode(), path + ": " + answer.body());
                assertTrue(answer.body().contains("Exception"), path + ": " + answer.body());
            }
        }
    }
}
