package sample.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/** A Spring Boot application that traces itself with Micrometer, over whichever bridge its settings leave. */
@SpringBootApplication
@RestController
public class Traced {
    private final RestTemplate template;
    private final RestClient client;
    private final Spans spans;

    /**
     * @param templates where Boot has put its tracing in
     * @param clients likewise
     */
    Traced(RestTemplateBuilder templates, RestClient.Builder clients, Spans spans) {
        this.template = templates.build();
        this.client = clients.requestFactory(new JdkClientHttpRequestFactory()).build();
        this.spans = spans;
    }

    public static void main(String[] args) {
        SpringApplication.run(Traced.class, args);
    }

    @EventListener
    void listening(ServletWebServerInitializedEvent event) {
        System.out.println("listening " + event.getWebServer().getPort());
    }

    /** By a {@code RestTemplate} over HttpClient 5. */
    @GetMapping("/call")
    String call(@RequestParam("url") String url) {
        return template.getForObject(url, String.class);
    }

    /** By a {@code RestClient} over the JDK's client. */
    @GetMapping("/call-jdk")
    String callJdk(@RequestParam("url") String url) {
        return client.get().uri(url).retrieve().body(String.class);
    }

    /** A line for each span that has ended: trace, span, kind. */
    @GetMapping("/spans")
    String spans() {
        return spans.toString();
    }
}
