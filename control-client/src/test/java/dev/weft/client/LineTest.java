package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.ads.Step;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.report.Log;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.warm.ControlCore;
import dev.weft.client.warm.Work;
import dev.weft.engine.balance.RandomSource;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stream to a control plane whose name has several addresses. */
final class LineTest {
    private static final Log SILENT = new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    };

    private final ExecutorService queue = Executors.newSingleThreadExecutor();
    private final Network network = new Network(Profile.WEFT, queue);
    private final CompletableFuture<Integer> opened = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    @AfterEach
    void end() {
        queue.execute(() -> network.close(1_000));
        queue.shutdown();
    }

    private Line line(int port, String... addresses) {
        var random = new RandomSource() {
            @Override
            public int below(int bound) {
                return 0;
            }

            @Override
            public long bits() {
                return 0;
            }
        };
        var core = new ControlCore(
                Profile.WEFT,
                Map.of(),
                "default",
                null,
                new ResourceReader(CertificateSource.NONE),
                random,
                SILENT,
                Set::of,
                snapshot -> {},
                0);
        var identity = new Identity("shop", "default", Map.of(), "", "", NodeGiven.NOTHING, null, 1, "test");
        var connector =
                new Connector(Servers.of(Server.plaintext(new Target.Tcp("control.example", port))), SILENT, host -> {
                    var all = new InetAddress[addresses.length];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = InetAddress.getByName(addresses[i]);
                    }
                    return all;
                });
        var around = new Line.Surroundings(core, identity, network, queue, Runnable::run, () -> 0);
        var line = new Line(0, connector, around, new Line.Listener() {
            @Override
            public void opened(byte[] node) {
                opened.complete(port);
            }

            @Override
            public void ended(String why) {
                ended.complete(why);
            }
        });
        queue.execute(() -> {
            if (core.next(0) instanceof Work.Stream stream && stream.step() instanceof Step.Connect connect) {
                line.perform(connect);
            }
        });
        return line;
    }

    @Test
    void whereNobodyIsAtTheFirstAddressTheNextOneIsTriedAtOnce() throws Exception {
        try (var server = new ScriptedServer()) {
            var line = line(server.port(), "127.0.0.2", "127.0.0.3", "127.0.0.1");
            assertEquals(server.port(), opened.get(20, TimeUnit.SECONDS));
            queue.execute(line::close);
        }
    }

    @Test
    void whereNobodyIsAtAnyThatIsOneFailure() throws Exception {
        int dead;
        try (var gone = new ScriptedServer()) {
            dead = gone.port();
        }
        line(dead, "127.0.0.2", "127.0.0.1");
        String why = ended.get(20, TimeUnit.SECONDS);
        assertTrue(why.startsWith("UNAVAILABLE"), why);
        assertFalse(opened.isDone());
    }
}
