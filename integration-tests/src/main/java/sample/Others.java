package sample;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.util.EntityUtils;

/**
 * What an application may have beside its clients: one that is deprecated, a small server of its own, and WebSockets.
 *
 * @param server kept, as the rest is
 */
record Others(HttpServer server, java.net.http.WebSocket jdk, WebSocket okHttp) {
    /** @param url of a server that answers {@code /ready}, and takes WebSockets at {@code /socket} */
    static Others open(String url) throws Exception {
        callTheOldWay(url + "/ready");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        java.net.http.WebSocket jdk = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create(url.replace("http", "ws") + "/socket"), new java.net.http.WebSocket.Listener() {})
                .get();
        return new Others(server, jdk, okHttp(url + "/socket"));
    }

    @SuppressWarnings("deprecation") // what it is here for
    private static void callTheOldWay(String url) throws IOException {
        try (DefaultHttpClient old = new DefaultHttpClient()) {
            EntityUtils.consume(old.execute(new HttpGet(url)).getEntity());
        }
    }

    private static WebSocket okHttp(String url) throws Exception {
        CompletableFuture<WebSocket> open = new CompletableFuture<>();
        new OkHttpClient().newWebSocket(new Request.Builder().url(url).build(), new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                open.complete(socket);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable failure, Response response) {
                open.completeExceptionally(failure);
            }
        });
        return open.get();
    }
}
