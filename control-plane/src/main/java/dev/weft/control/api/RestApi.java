package dev.weft.control.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The REST API, to look only: GET, JSON, errors as RFC 9457 problems. */
public final class RestApi implements AutoCloseable {
    private static final int THREADS = 2;
    private static final long PATIENCE_SECONDS = 2;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final SerialQueue queue;
    private final Log log;
    private final Map<String, Supplier<Object>> pages;
    private final HttpServer server;
    private final ExecutorService executor;

    /**
     * Starts to listen.
     *
     * @throws IOException when the address can't be had
     */
    public RestApi(InetSocketAddress address, Views views, SerialQueue queue, Log log) throws IOException {
        this.queue = queue;
        this.log = log;
        this.pages = Map.of(
                "/ready", () -> Map.of("ready", true),
                "/api/v1/services", views::services,
                "/api/v1/instances", views::instances,
                "/api/v1/clients", views::clients,
                "/api/v1/rules", views::rules);
        // The JDK's server waits for ever for a request to be complete unless it is told otherwise.
        if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
            System.setProperty("sun.net.httpserver.maxReqTime", "10");
        }
        server = HttpServer.create(address, 0);
        executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "weft-rest");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/", this::handle);
    }

    /** Answers from now on. The address is taken already. */
    public void start() {
        server.start();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (!isAddressedDirectly(exchange.getRequestHeaders().getFirst("Host"))) {
                problem(
                        exchange,
                        421,
                        "Misdirected Request",
                        "this server answers to its IP address and localhost only");
                return;
            }
            String path = exchange.getRequestURI().getPath();
            Supplier<Object> page = pages.get(path);
            if (page == null) {
                problem(exchange, 404, "Not Found", "there is nothing here; try /api/v1/services");
            } else if (!exchange.getRequestMethod().equals("GET")
                    && !exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                problem(exchange, 405, "Method Not Allowed", "this is to look only");
            } else {
                show(exchange, page);
            }
        } catch (RuntimeException e) {
            log.error("rest: a request failed", e);
        }
    }

    private void show(HttpExchange exchange, Supplier<Object> page) throws IOException {
        try {
            send(exchange, 200, "application/json", JSON.writeValueAsBytes(onQueue(page)));
        } catch (TimeoutException e) {
            problem(exchange, 503, "Service Unavailable", "too busy to answer within " + PATIENCE_SECONDS + " s");
        } catch (ExecutionException e) {
            log.error("rest: " + exchange.getRequestURI().getPath() + " failed", e);
            problem(exchange, 500, "Internal Server Error", "the log says more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem(exchange, 503, "Service Unavailable", "going down");
        }
    }

    private Object onQueue(Supplier<Object> page) throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        queue.execute(() -> {
            try {
                answer.complete(page.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * A web page of somewhere else can make a browser send requests here under a name whose address it
     * has changed (DNS rebinding); it can't make it send an IP address as Host.
     */
    private static boolean isAddressedDirectly(@Nullable String host) {
        if (host == null) {
            return false;
        }
        boolean isBracketed = host.startsWith("[") && host.indexOf(']') > 0;
        int colon = isBracketed ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        String name = isBracketed ? host.substring(1, host.indexOf(']')) : colon < 0 ? host : host.substring(0, colon);
        return name.equalsIgnoreCase("localhost")
                || NetUtil.isValidIpV4Address(name)
                || (isBracketed && NetUtil.isValidIpV6Address(name));
    }

    private record Problem(String type, String title, int status, String detail) {}

    private static void problem(HttpExchange exchange, int status, String title, String detail) throws IOException {
        send(
                exchange,
                status,
                "application/problem+json",
                JSON.writeValueAsBytes(new Problem("about:blank", title, status, detail)));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
