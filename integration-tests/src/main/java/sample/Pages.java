package sample;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the server shows. */
final class Pages extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final String id;
    private final transient Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final transient HttpClient client = HttpClient.newHttpClient();

    Pages(String id) {
        this.id = id;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        seen.computeIfAbsent(path, any -> new AtomicInteger()).incrementAndGet();
        try {
            byte[] body = page(path, request, response).getBytes(StandardCharsets.UTF_8);
            response.setContentType("text/plain;charset=utf-8");
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            response.sendError(500, e.toString());
        }
    }

    private String page(String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException, InterruptedException {
        if (path.startsWith("/status/")) {
            response.setStatus(Integer.parseInt(path.substring("/status/".length())));
            return id;
        }
        if (path.startsWith("/flaky/")) {
            ail(request, response);
            return id;
        }
        return switch (path) {
            case "/echo" -> new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            case "/slow" -> slow(Long.parseLong(request.getParameter("ms")));
            case "/headers" -> {
                ail(request, response);
                yield headers(request);
            }
            case "/away" -> {
                response.setStatus(302);
                response.setHeader("Location", "/id");
                yield id;
            }
            case "/count" -> String.valueOf(seen.getOrDefault(request.getParameter("path"), new AtomicInteger()));
            case "/relay" -> relay(request.getParameter("url"));
            default -> id;
        };
    }

    /** One of the instances can be asked to be ill, and to say when it will be well. */
    private void ail(HttpServletRequest request, HttpServletResponse response) {
        if (id.equals(request.getParameter("bad"))) {
            response.setStatus(503);
            if (request.getParameter("after") != null) {
                response.setHeader("Retry-After", request.getParameter("after"));
            }
        }
    }

    private String slow(long millis) throws InterruptedException {
        boolean early = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        return early ? "" : id;
    }

    private static String headers(HttpServletRequest request) {
        StringBuilder out = new StringBuilder();
        for (String name : Collections.list(request.getHeaderNames())) {
            out.append(name).append(": ").append(request.getHeader(name)).append('\n');
        }
        return out.toString();
    }

    private String relay(String url) throws IOException, InterruptedException {
        HttpRequest onward = HttpRequest.newBuilder(URI.create(url)).build();
        return client.send(onward, HttpResponse.BodyHandlers.ofString()).body();
    }
}
