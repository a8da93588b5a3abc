package sample;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of the HTTP clients that an application may use. */
interface Client extends Closeable {
    /** What is asked; a body makes sense for POST only. */
    record Question(String method, String url, String body, Map<String, String> headers) {}

    record Answer(int status, String body) {}

    Answer send(Question question) throws Exception;

    @Override
    void close() throws IOException;

    /** @param proxy what the application wants its calls to go through; null for none */
    static Client of(String name, @Nullable InetSocketAddress proxy) {
        return switch (name) {
            case "jdk" -> new JdkClient(proxy, false);
            case "jdk-async" -> new JdkClient(proxy, true);
            case "hc4" -> new Apache4Client(proxy);
            case "hc5" -> new ApacheClient(proxy);
            case "urlconnection" -> new UrlConnectionClient(proxy);
            case "okhttp" -> new OkClient(proxy, false);
            case "okhttp-async" -> new OkClient(proxy, true);
            case "every" -> new EveryClient(proxy);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
