package dev.weft.adapters.okhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.contract.Papers;
import dev.weft.contract.Peer;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that outlives the mesh keeps nothing of it. */
@Timeout(180)
final class LeavingTest {
    private static final String URL = "http://" + Rig.NAME + "/";

    private final Rig rig = new Rig(new OkHttp(false));
    private final OkHttpClient client = new OkHttpClient();

    @AfterEach
    void unweave() {
        rig.close();
    }

    private void call() throws Exception {
        try (Response answer =
                client.newCall(new Request.Builder().url(URL).build()).execute()) {
            assertEquals("here", answer.body().string());
        }
    }

    @Test
    void connectionsOfTheMeshAreClosedAndLeaveThePool() throws Exception {
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        try (var plain = Peer.saying("here");
                var secured = Peer.tls(
                        Papers.context(Papers.WORKLOAD, Papers.CLIENT),
                        true,
                        (request, out) -> out.text(200, "here"))) {
            rig.publish(Rules.snapshot(Rules.of(plain.endpoint())));
            call();
            rig.publish(Rules.snapshot(Rules.of(secured.endpoint()).over(mesh)));
            call();
            rig.awaitFinished(2);
            rig.assertHealthy();
            assertEquals(2, client.connectionPool().connectionCount());
            rig.unweave();
            assertEquals(0, client.connectionPool().connectionCount());
            Rig.await("both connections are closed", () -> plain.open() + secured.open() == 0);
        }
    }

    @Test
    void theLibraryRemembersNoEndpointThatFailed() throws Exception {
        try (var alive = Peer.saying("here");
                var gone = Peer.plain((request, out) -> {
                    throw new IOException("hangs up");
                })) {
            rig.publish(Rules.snapshot(
                    Rules.of(Peer.dead(), gone.endpoint(), alive.endpoint()).retrying()));
            for (int i = 0; i < 6; i++) {
                call();
            }
            rig.awaitFinished(6);
            assertTrue(gone.received().size() > 0, "nobody met the one that hangs up");
            assertEquals(Set.of(), failedRoutes());
        }
        rig.assertHealthy();
    }

    /** What this release remembers, wherever it does. */
    private Set<?> failedRoutes() throws Exception {
        Object owner = holder(client) == null ? value(client.connectionPool(), "delegate") : client;
        for (Field field : value(owner, "routeDatabase").getClass().getDeclaredFields()) {
            if (Set.class.isAssignableFrom(field.getType())) {
                return (Set<?>) value(value(owner, "routeDatabase"), field.getName());
            }
        }
        throw new AssertionError("another release keeps them elsewhere");
    }

    private static @Nullable Field holder(Object of) {
        for (Field field : of.getClass().getDeclaredFields()) {
            if (field.getName().equals("routeDatabase")) {
                return field;
            }
        }
        return null;
    }

    private static Object value(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
