package webapp;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;

/** A web application that calls others with two clients, one of them its own, and cleans up when it ends. */
public final class Calls extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ExecutorService threads = Executors.newCachedThreadPool();
    private final transient CloseableHttpClient apache = HttpClients.createDefault();
    private transient volatile @Nullable HttpClient jdk =
            HttpClient.newBuilder().executor(threads).build();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String url = request.getParameter("url");
        String own = apache.getClass().getClassLoader() == getClass().getClassLoader() ? "own" : "shared";
        response.getWriter().print(apache(url) + " " + jdk(url) + " " + own);
    }

    private String apache(String url) throws IOException {
        return apache.execute(new HttpGet(url), answer -> EntityUtils.toString(answer.getEntity()));
    }

    private String jdk(String url) throws IOException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).POST(new Body()).build();
            return Objects.requireNonNull(jdk)
                    .send(request, BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void destroy() {
        try {
            apache.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        jdk = null; // Java 17 has no other way to end it
        threads.shutdown();
    }

    /** A class of the application's that the call carries with it. */
    private static final class Body implements BodyPublisher {
        private final BodyPublisher text = BodyPublishers.ofString("body");

        @Override
        public long contentLength() {
            return text.contentLength();
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            text.subscribe(subscriber);
        }
    }
}
