package consumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;

@SpringBootApplication
public class ConsumerApplication {
    public static void main(String[] args) {
        var context = SpringApplication.run(ConsumerApplication.class, args);
        System.out.println("ready on port "
                + ((ServletWebServerApplicationContext) context).getWebServer().getPort());
    }
}
