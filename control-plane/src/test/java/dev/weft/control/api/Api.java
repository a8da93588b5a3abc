package dev.weft.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.control.http.HttpLimits;
import dev.weft.control.keep.DirectoryDocuments;
import dev.weft.control.keep.Documents;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.pause.Pauses;
import dev.weft.control.queue.HandQueue;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Health;
import dev.weft.control.registry.Lease;
import dev.weft.control.registry.NodeIdentity;
import dev.weft.control.registry.Registry;
import dev.weft.control.rule.HostNames;
import dev.weft.control.rule.RuleParser;
import dev.weft.control.rule.RuleSet;
import dev.weft.control.rule.RuleStore;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Limits;
import dev.weft.control.serve.Loads;
import dev.weft.control.source.MissingServices;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A REST API that really listens, in front of a registry whose clock the test turns. */
final class Api implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();

    final CapturedLog log = new CapturedLog();
    final HandQueue queue = new HandQueue();
    final ThreadQueue disk = new ThreadQueue("test-disk", log.log());
    final Registry registry = new Registry(queue, log.log(), "cluster.local", Graces.DEFAULT);
    final MissingServices missing = new MissingServices(registry, queue, Graces.DEFAULT.restored(), log.log());
    final RuleStore rules;
    final Loads loads;

    /** How many services have been shown. */
    final AtomicInteger shown = new AtomicInteger();

    final RestApi rest;
    private RuleSet inForce;

    /** Why nothing can be changed now. */
    volatile @Nullable String away;

    /** Whether clients are taken for such as come from another machine. */
    volatile boolean isElsewhere;

    /** By which it may be asked. */
    volatile List<String> names = List.of();

    Api(Path config, Path state) throws IOException {
        this(config, state, HttpLimits.DEFAULT);
    }

    Api(Path config, Path state, HttpLimits limits) throws IOException {
        this(config, state, limits, false);
    }

    /** @param isNetworked it says that other machines reach it */
    Api(Path config, Path state, HttpLimits limits, boolean isNetworked) throws IOException {
        ResourceStore store = new ResourceStore(Types.SHARED);
        loads = new Loads(store);
        AdsService ads =
                new AdsService(queue, log.log(), store, registry, (type, name) -> {}, Limits.DEFAULT, "weft/test");
        rules = new RuleStore(
                config,
                state == null ? null : documents(new DirectoryDocuments(state, log.log())),
                new RuleParser(new HostNames("cluster.local")),
                log.log());
        inForce = rules.load();
        queue.execute(() -> missing.apply(inForce));
        Pauses pauses = new Pauses(
                state == null ? null : documents(new DirectoryDocuments(state, log.log())),
                disk,
                Clock.systemUTC(),
                log.log());
        rest = new RestApi(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new RestApi.Subjects(
                        registry,
                        ads,
                        loads,
                        rules,
                        pauses,
                        (namespace, service) -> false,
                        store,
                        () -> inForce,
                        missing::of,
                        this::aliases,
                        Runnable::run,
                        () -> away),
                new Access(TOKEN, () -> names, isNetworked, peer -> !isElsewhere && Access.isLoopback(peer)),
                limits,
                queue,
                disk,
                null,
                log.log());
        rules.listen(changed -> queue.execute(() -> {
            inForce = changed;
            missing.apply(changed);
            rest.rulesChanged();
        }));
        rest.start();
    }

    /** Documents that can't be changed while the store is away. */
    private Documents documents(Documents all) {
        return (Documents) Proxy.newProxyInstance(
                Api.class.getClassLoader(), new Class<?>[] {Documents.class}, (proxy, method, arguments) -> {
                    String why = away;
                    if (why != null && Set.of("write", "delete").contains(method.getName())) {
                        throw new StoreAwayException(why);
                    }
                    try {
                        return method.invoke(all, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private List<String> aliases(String host, String namespace) {
        shown.incrementAndGet();
        return List.of("order");
    }

    /** An instance that an agent keeps. */
    Lease agent(String service, String address, String name) {
        return queue.get(() -> {
            Lease lease = registry.lease(
                    new NodeIdentity("n", service, "default", address, Map.of("app", "o"), "eu", "eu-1", "weft"));
            lease.subscribe(name, changed -> {});
            lease.health(Health.READY);
            return lease;
        });
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), rest.address().getPort());
    }

    /** Sends these bytes and returns all that comes back until the server closes. */
    String exchange(String request) {
        try (Socket socket = connect()) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer get(String path, String... headers) {
        return ask("GET", path, null, headers);
    }

    /** With the token, and a body of JSON unless a header says otherwise. */
    Answer change(String method, String path, String body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Authorization: Bearer " + TOKEN;
        return ask(method, path, body, all);
    }

    Answer ask(String method, String path, String body, String... headers) {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nConnection: close\r\n");
        boolean hasHost = false;
        boolean hasType = false;
        for (String header : headers) {
            request.append(header).append("\r\n");
            hasHost |= header.startsWith("Host:");
            hasType |= header.startsWith("Content-Type:");
        }
        request.append(hasHost ? "" : "Host: 127.0.0.1:15014\r\n");
        if (body != null) {
            request.append(hasType ? "" : "Content-Type: application/json\r\n")
                    .append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.ISO_8859_1).length)
                    .append("\r\n");
        }
        return Answer.of(exchange(request + "\r\n" + (body == null ? "" : body)));
    }

    /** An answer, as it came. */
    record Answer(int status, Map<String, String> headers, String body) {
        static Answer of(String text) {
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("not an answer: '" + text + "'");
            }
            String[] lines = text.substring(0, end).split("\r\n", -1);
            Map<String, String> headers = new java.util.TreeMap<>();
            for (int i = 1; i < lines.length; i++) {
                int colon = lines[i].indexOf(':');
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
            return new Answer(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, text.substring(end + 4));
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError(body, e);
            }
        }

        String etag() {
            return headers.get("etag");
        }
    }

    @Override
    public void close() {
        rest.close();
        disk.close();
        queue.close();
    }
}
