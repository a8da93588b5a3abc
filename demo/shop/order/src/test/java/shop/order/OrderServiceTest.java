package shop.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

class OrderServiceTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void anOrderThatArrivesTwiceStandsTwiceInTheDatabaseWhichOutlivesTheProcess(@TempDir Path data) throws Exception {
        try (var service = start(data)) {
            var orders = service.getBean(Orders.class);
            orders.add(new Orders.Row("a-1", "Ada", "tea", 2, 8, "v1"));
            orders.add(new Orders.Row("a-1", "Ada", "tea", 2, 8, "v1"));
            orders.add(new Orders.Row("<b>", "Grace", "cup", 1, 7, "v1"));

            assertEquals("[\"a-1\",\"a-1\",\"<b>\"]", get(service, "/orders/ids").body());
            assertTrue(get(service, "/").body().contains("<td>&lt;b&gt;<td>Grace"), "the page escapes what it shows");
        }
        try (var service = start(data)) {
            assertEquals("[\"a-1\",\"a-1\",\"<b>\"]", get(service, "/orders/ids").body());
        }
    }

    @Test
    void anOrderIsRefusedAndNotWrittenWhenTheOtherServicesCannotBeReached(@TempDir Path data) throws Exception {
        try (var service = start(data)) {
            var order = "{\"id\":\"a-1\",\"user\":\"ada\",\"sku\":\"tea\",\"quantity\":1}";
            var answer = CLIENT.send(
                    HttpRequest.newBuilder(uri(service, "/orders"))
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(order))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().startsWith("{\"cause\":\"order: "), answer.body());
            assertEquals("[]", get(service, "/orders/ids").body());
        }
    }

    private static ConfigurableApplicationContext start(Path data) {
        return SpringApplication.run(
                OrderApplication.class, "--server.port=0", "--server.address=127.0.0.1", "--order.data=" + data);
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext service, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(uri(service, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(ConfigurableApplicationContext service, String path) {
        int port =
                ((WebServerApplicationContext) service).getWebServer().getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
