package dev.weft.agent.apps;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls a URL, says how that went, and ends; with a second argument, when its standard input does. */
public final class Caller {
    private Caller() {}

    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(args[0])).build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(response.statusCode() + " " + response.body());
        } catch (IOException e) {
            System.out.println(e.getClass().getName());
        }
        if (args.length > 1) {
            System.in.read();
        }
    }
}
