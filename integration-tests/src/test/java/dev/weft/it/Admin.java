package dev.weft.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An agent's admin endpoint, found as its user finds it. */
final class Admin {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Admin(Fleet fleet, long pid) {
        this.file = fleet.folder.resolve("run").resolve(pid + ".json");
    }

    private String field(String name) {
        return Until.get(
                "the agent leaves word in " + file,
                () -> JSON.readTree(Files.readString(file)).path(name).asText());
    }

    String address() {
        return field("admin");
    }

    String token() {
        return field("token");
    }

    boolean leavesWord() {
        return Files.exists(file);
    }

    HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        return Web.get("http://" + address() + path);
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(ask(path).body());
    }

    String log() throws IOException, InterruptedException {
        return ask("/log").body();
    }

    String explain(String url) throws IOException, InterruptedException {
        String encoded = URLEncoder.encode(url, StandardCharsets.UTF_8);
        return Web.get("http://" + address() + "/explain?url=" + encoded, "Accept", "text/plain")
                .body();
    }

    /** With the token. */
    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return Web.post("http://" + address() + path, "Authorization", "Bearer " + token());
    }

    /** The sum of a number over all clusters. */
    int sum(String field) throws IOException, InterruptedException {
        int sum = 0;
        for (JsonNode cluster : json("/clusters").path("clusters")) {
            sum += cluster.path(field).asInt();
        }
        return sum;
    }
}
