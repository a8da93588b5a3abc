package dev.weft.admin;

import dev.weft.engine.Engine;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.explain.Explainer;
import dev.weft.engine.explain.Explanation;
import dev.weft.engine.ledger.Live;
import dev.weft.engine.route.HostTable;
import dev.weft.telemetry.ExplanationJson;
import dev.weft.telemetry.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Explains where a call would go: {@code /explain?url=...&method=GET&header=name:value}. */
public final class Explanations {
    private static final long WARM_MILLIS = 2_000;

    private final Engine engine;
    private final RandomSource random;
    private final Clock clock;
    private final Outside outside;
    private final Paths paths;

    /** What is made of the path of a real call before any rule sees it. */
    @FunctionalInterface
    public interface Paths {
        /**
         * @param target path and query
         * @return what rules see; null where the call is refused for it, with status 400
         */
        @Nullable
        String seen(String target);
    }

    /**
     * For calls that are seen as they are written.
     *
     * @param outside brings the configuration of names that no call has asked for yet
     */
    public Explanations(Engine engine, RandomSource random, Clock clock, Outside outside) {
        this(engine, random, clock, outside, target -> target);
    }

    public Explanations(Engine engine, RandomSource random, Clock clock, Outside outside, Paths paths) {
        this.engine = engine;
        this.random = random;
        this.clock = clock;
        this.outside = outside;
        this.paths = paths;
    }

    /** As JSON, or as text for who wants that; takes as long as a name that nobody has called needs to be fetched. */
    public AdminAnswer answer(AdminRequest request) {
        String url = request.parameter("url");
        Imagined call;
        try {
            call = imagine(url == null ? "" : url, request);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return AdminAnswer.refused(400, "url=" + url + " is not an http or https URL with a host");
        }
        String seen = paths.seen(call.path());
        Explanation explanation = seen == null
                ? Explainer.unread(engine.live(), call, 400, "its path is one that nobody gets")
                : explanation(call.at(seen));
        return request.wantsText(false) ? AdminAnswer.text(explanation.text()) : AdminAnswer.json(json(explanation));
    }

    private Explanation explanation(Imagined call) {
        warm(call.host(), call.port());
        Live live = engine.live();
        long now = clock.nanos();
        return engine.paused()
                ? Explainer.paused(live, random, call, now, engine.source())
                : Explainer.explain(live, random, call, now, engine.source());
    }

    private static Imagined imagine(String url, AdminRequest request) throws URISyntaxException {
        URI uri = new URI(url);
        String host = uri.getHost();
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (host == null || !secure && !scheme.equals("http")) {
            throw new URISyntaxException(url, "no host or another scheme");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        Map<String, String> headers = new LinkedHashMap<>();
        for (AdminRequest.Pair pair : request.query()) {
            int colon = pair.value().indexOf(':');
            if (pair.name().equals("header") && colon > 0) {
                String name = pair.value().substring(0, colon).trim().toLowerCase(Locale.ROOT);
                headers.putIfAbsent(name, pair.value().substring(colon + 1).trim());
            }
        }
        String method = request.parameter("method");
        return new Imagined(host, port, secure, method == null ? "GET" : method, path + query, headers);
    }

    /** A name that the directory lists is fetched, as the call itself would have it. */
    private void warm(String host, int port) {
        Live live = engine.live();
        HostTable hosts = live.hosts();
        if (hosts.routes(host, port) != null || !hosts.listed(host, port)) {
            return;
        }
        CountDownLatch answered = new CountDownLatch(1);
        outside.ask(new Question.Warm(host.toLowerCase(Locale.ROOT), port, true), answer -> answered.countDown());
        try {
            if (!answered.await(WARM_MILLIS, TimeUnit.MILLISECONDS)) {
                return; // the explanation says that the name is still cold
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String json(Explanation explanation) {
        Json json = new Json();
        ExplanationJson.write(explanation, json);
        return json.toString();
    }
}
