package sample;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/**
 * An application that makes the calls it is told to, one a line: method, URL, kind of the body and headers as {@code
 * name=value}, separated by tabs. It says what it got.
 */
final class Asker {
    private Asker() {}

    public static void main(String[] args) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(ask(client, line.split("\t")));
        }
    }

    private static String ask(HttpClient client, String[] words) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(words[1])).method(words[0], body(words[2]));
            for (int i = 3; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                request.header(words[i].substring(0, equals), words[i].substring(equals + 1));
            }
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            String location = answer.headers().firstValue("location").orElse("");
            return String.join("\t", "answer", "" + answer.statusCode(), location, oneLine(answer.body()));
        } catch (Exception e) {
            return "failed\t" + oneLine(Caller.causes(e));
        }
    }

    private static BodyPublisher body(String kind) {
        byte[] text = "body".getBytes(StandardCharsets.UTF_8);
        return switch (kind) {
            case "none" -> BodyPublishers.noBody();
            case "once" -> {
                var only = new ByteArrayInputStream(text);
                yield BodyPublishers.ofInputStream(() -> only);
            }
            default -> BodyPublishers.ofByteArray(text);
        };
    }

    private static String oneLine(String text) {
        return text.replace("\n", "\\n").replace("\t", " ");
    }
}
