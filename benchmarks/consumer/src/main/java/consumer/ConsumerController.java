package consumer;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

@RestController
class ConsumerController {
    private final RestTemplate rest = new RestTemplate(new HttpComponentsClientHttpRequestFactory());

    @GetMapping("/hello")
    String hello() {
        return "hello";
    }

    @GetMapping("/call")
    Map<String, Long> call(@RequestParam String url) {
        long start = System.nanoTime();
        rest.getForObject(url, String.class);
        return Map.of("nanos", System.nanoTime() - start);
    }

    @GetMapping("/fetch")
    String fetch(@RequestParam String url) {
        return rest.getForObject(url, String.class);
    }

    @GetMapping("/run")
    Map<String, Long> run(
            @RequestParam String url,
            @RequestParam int calls,
            @RequestParam(defaultValue = "httpclient5") String client) {
        UnaryOperator<String> chosen = Clients.named(client);
        Allocated allocated = new Allocated();
        for (int i = 0; i < calls; i++) {
            chosen.apply(url);
        }
        return allocated.untilNow();
    }

    @GetMapping("/memory")
    Map<String, Long> memory() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return Map.of(
                "classes", (long) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
}
