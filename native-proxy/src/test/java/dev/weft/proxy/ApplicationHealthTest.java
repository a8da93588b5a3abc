package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.ControlClient.Health;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import dev.weft.telemetry.Exposition;
import dev.weft.telemetry.Json;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the control plane and operators are told of an application. */
class ApplicationHealthTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();

    private final ServiceState service = new ServiceState(this::take, () -> {}, System::nanoTime, logged::add);

    private void tells(String expected) throws InterruptedException {
        assertEquals(expected, told.poll(60, TimeUnit.SECONDS));
    }

    private void take(Health health, String reason) {
        told.add(health + (reason.isEmpty() ? "" : ": " + reason));
    }

    private static ProxyConfig config(Backend application, String path) throws ProxyConfig.Wrong {
        return ProxyConfig.read(
                Map.of(
                        Key.SERVICE,
                        "shop",
                        Key.PORT,
                        String.valueOf(application.address().getPort()),
                        Key.HEALTH_CHECK,
                        "http",
                        Key.HEALTH_HTTP_PATH,
                        path,
                        Key.HEALTH_INTERVAL,
                        "100ms",
                        Key.HEALTH_INTERVAL_JITTER,
                        "0s",
                        Key.HEALTH_TIMEOUT,
                        "10s"),
                Map.of(),
                null);
    }

    @Test
    void whatIsSeenIsToldUntilItDrains() throws Exception {
        AtomicBoolean ill = new AtomicBoolean();
        Backend.Play play = with -> {
            while (with.request() != null) {
                with.say(ill.get() ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n" : Backend.ok("well"));
            }
        };
        try (Loops<String> loops = new Loops<>(Sockets.best(), 1, loop -> "nothing");
                Backend application = new Backend(play)) {
            ApplicationHealth health = new ApplicationHealth(
                    config(application, "/health"),
                    application.address(),
                    service,
                    loops.first(),
                    System::nanoTime,
                    new ThreadRandom());
            service.starting();
            tells("STARTING: it has not been checked yet");
            assertEquals("STARTING", service.word());
            health.begin();
            tells("UP");
            assertTrue(service.up());
            ill.set(true);
            tells("DOWN: its check fails: answers 503");
            assertFalse(service.up());
            assertEquals("DOWN: its check fails: answers 503", service.applicationWord());
            Json json = new Json().beginObject();
            health.write(json);
            String shown = json.endObject().toString();
            assertTrue(shown.contains("{\"health\":{\"check\":\"http\",\"state\":\"DOWN\",\"successes\":"), shown);
            assertTrue(shown.contains("\"last\":{\"success\":false,\"reason\":\"answers 503\",\"millis\":"), shown);
            Exposition metrics = new Exposition();
            health.write(metrics);
            assertTrue(metrics.toString().contains("weft_health_up 0"), metrics.toString());
            assertTrue(
                    metrics.toString().contains("weft_health_checks_total{check=\"http\",result=\"failure\"} "),
                    metrics.toString());

            ill.set(false);
            service.end();
            tells("DRAINING");
            health.close();
            service.applicationIs(Health.UP, ""); // from a check that was over at the same moment
            loops.first().submit(() -> {}).sync();
            assertEquals(null, told.poll());
            assertEquals(3, logged.size(), logged.toString());
        }
    }

    @Test
    void whereNobodyIsCalledNothingIsChecked() throws Exception {
        try (Loops<String> loops = new Loops<>(Sockets.best(), 1, loop -> "nothing")) {
            ApplicationHealth health = new ApplicationHealth(
                    ProxyConfig.read(Map.of(Key.SERVICE, "shop"), Map.of(), null),
                    null,
                    service,
                    loops.first(),
                    System::nanoTime,
                    new ThreadRandom());
            service.starting();
            assertEquals("STARTING", service.word());
            health.begin();
            assertEquals("UP", service.word());
            tells("STARTING: it has not been checked yet");
            tells("UP");
            service.end();
            tells("DRAINING");
            health.close();
        }
    }
}
