package sample.boot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.boot.web.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

/** A Spring Boot application that traces itself with Micrometer, over whichever bridge its settings leave. */
@SpringBootApplication
@RestController
public class Traced {
    private final RestTemplate client;
    private final Spans spans;

    /**
     * @param builder where Boot has put its tracing in
     */
    Traced(RestTemplateBuilder builder, Spans spans) {
        this.client = builder.build();
        this.spans = spans;
    }

    public static void main(String[] args) {
        SpringApplication.run(Traced.class, args);
    }

    @EventListener
    void listening(ServletWebServerInitializedEvent event) {
        System.out.println("listening " + event.getWebServer().getPort());
    }

    @GetMapping("/call")
    String call(@RequestParam("url") String url) {
        return client.getForObject(url, String.class);
    }

    /** A line for each span that has ended: trace, span, kind. */
    @GetMapping("/spans")
    String spans() {
        return spans.toString();
    }
}
