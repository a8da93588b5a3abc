package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxy, and a client that knows that it talks to one. */
final class ProxySubject implements Subject {
    private static final Pattern OUTBOUND = Pattern.compile("outbound (\\S+):(\\d+), admin ");

    private final Running running;
    private final HttpClient client;

    private ProxySubject(Running running, HttpClient client) {
        this.running = running;
        this.client = client;
    }

    static Subject start(Fleet fleet, String xds) throws IOException, InterruptedException {
        Running running = fleet.own(new Jvm(fleet.folder)
                .jar(
                        "asking-proxy",
                        Jvm.PROXY,
                        "--service",
                        "asker",
                        "--outbound",
                        "127.0.0.1:0",
                        "--admin.address",
                        "127.0.0.1:0",
                        "--control.plane",
                        xds,
                        "--control.profile",
                        "envoy",
                        "--tracing",
                        "false"));
        Matcher listener = OUTBOUND.matcher(running.line("outbound"));
        assertTrue(listener.find(), running.said());
        InetSocketAddress address = new InetSocketAddress(listener.group(1), Integer.parseInt(listener.group(2)));
        return new ProxySubject(
                running,
                HttpClient.newBuilder()
                        .proxy(ProxySelector.of(address))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build());
    }

    @Override
    public Got call(Asked asked) throws IOException, InterruptedException {
        URI uri = URI.create(
                asked.url().replaceFirst("#.*", "")); // which is not sent, but by the JDK's client to a proxy
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(asked.method(), body(asked.body()));
        asked.headers().forEach(request::header);
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        String said = answer.body();
        if (said.startsWith("DNS has no address for ")) {
            return new Got(0, "", "", Got.PASSED);
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        boolean failed = said.startsWith("upstream: ") || said.startsWith(uri.getHost() + ":" + port + ": ");
        return failed
                ? new Got(0, "", "", answer.statusCode() + " " + said)
                : new Got(
                        answer.statusCode(),
                        answer.headers().firstValue("location").orElse(""),
                        said,
                        "");
    }

    /** What can't be repeated is longer than what the proxy keeps for a retry. */
    private static BodyPublisher body(String kind) {
        return switch (kind) {
            case "none" -> BodyPublishers.noBody();
            case "text" -> BodyPublishers.ofString("text");
            default -> BodyPublishers.ofString("x".repeat(200_000));
        };
    }

    @Override
    public void close() {
        running.close();
    }
}
