package dev.weft.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** From the moment in which a rule is saved as a file until a caller's first call under it has been answered. */
final class RuleEffectBench {
    private static final int WARM_UP = 20;
    private static final int RULES = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private RuleEffectBench() {}

    static void run(Home home, String jdk) throws IOException {
        Path directory = Files.createTempDirectory("weft-bench");
        try (Variant.Stage stage = new Variant.Stage(home, directory);
                Started consumer = Variant.WEFT.start(home, stage)) {
            Path rule = directory.resolve("rules/provider.yaml");
            String url =
                    "http://127.0.0.1:" + consumer.port() + "/fetch?url=" + Started.encoded(Variant.WEFT.url(stage));
            for (int i = 0; i < WARM_UP; i++) {
                millis(rule, url, "warm-up " + i);
            }
            double[] millis = new double[RULES];
            for (int i = 0; i < RULES; i++) {
                millis[i] = millis(rule, url, "rule " + i);
            }
            Arrays.sort(millis);
            Rounds.result("xds.rule_to_effect_p50_ms" + jdk, millis[RULES / 2], "ms");
            Rounds.result("xds.rule_to_effect_p99_ms" + jdk, millis[RULES * 99 / 100], "ms");
        }
    }

    private static double millis(Path rule, String url, String answer) throws IOException {
        String text = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: provider}
                spec:
                  hosts: [provider]
                  http:
                    - directResponse: {status: 200, body: {string: ANSWER}}
                """.replace("ANSWER", answer);
        long saved = System.nanoTime();
        Files.writeString(rule, text);
        try {
            while (!HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .equals(answer)) {
                continue;
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return (System.nanoTime() - saved) / 1e6;
    }
}
