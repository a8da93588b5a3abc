package shop.front;

import java.net.http.HttpClient;
import java.time.Duration;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Orders are placed with a RestClient over Apache HttpClient 5; the page is gathered with the client of the JDK. */
@Configuration
class Clients {
    @Bean
    RestClient orderClient() {
        var pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(50)
                .setMaxConnTotal(200)
                .build();
        var client = HttpClients.custom().setConnectionManager(pool).build();
        return RestClient.builder()
                .baseUrl("http://order")
                .requestFactory(new HttpComponentsClientHttpRequestFactory(client))
                .build();
    }

    @Bean
    HttpClient pageClient() {
        return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    }
}
