package sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The JDK's oldest client. It keeps its connections for all of the JVM. */
record UrlConnectionClient(@Nullable InetSocketAddress proxy) implements Client {
    @Override
    public Answer send(Question question) throws IOException {
        var connection = open(new URL(question.url()));
        connection.setRequestMethod(question.method());
        question.headers().forEach(connection::setRequestProperty);
        if (!question.method().equals("GET")) {
            connection.setDoOutput(true);
            try (OutputStream body = connection.getOutputStream()) {
                body.write(question.body().getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private HttpURLConnection open(URL url) throws IOException {
        return (HttpURLConnection)
                (proxy == null ? url.openConnection() : url.openConnection(new Proxy(Proxy.Type.HTTP, proxy)));
    }

    @Override
    public void close() {
        // There is nothing to close, and no way to drop what is kept.
    }
}
