package dev.weft.bench;

import dev.weft.client.ControlClient;
import dev.weft.client.Settings;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.report.Log;
import dev.weft.client.resource.CertificateSource;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.route.HostTable;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Snapshot;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The agent's end of the control protocol in a process of its own, without an application. Offers a
 * port under a name, follows some services of the {@link Fleet}, and says how much heap that takes.
 */
final class Member {
    private Member() {}

    /** @param args port of the control plane, own service, number of services to follow */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        int services = Integer.parseInt(args[2]);
        Random random = new Random(1);
        AtomicReference<Snapshot> last = new AtomicReference<>(Snapshot.EMPTY);
        AtomicReference<HostTable> table = new AtomicReference<>();
        CountDownLatch known = new CountDownLatch(1);
        ControlClient client = new ControlClient(
                new Settings(Servers.of(Server.plaintext(new Target.Tcp("127.0.0.1", port))), Profile.WEFT, null),
                new Identity(args[1], "default", Map.of(), "", "", NodeGiven.NOTHING, null, 1, "bench"),
                CertificateSource.NONE,
                System::nanoTime,
                new RandomSource() {
                    @Override
                    public int below(int bound) {
                        return random.nextInt(bound);
                    }

                    @Override
                    public long bits() {
                        return random.nextLong();
                    }
                },
                new Log() {
                    @Override
                    public void info(String message) {}

                    @Override
                    public void warn(String message) {
                        System.out.println(message);
                    }
                },
                Set::of,
                snapshot -> {
                    last.set(snapshot);
                    table.set(new HostTable(snapshot)); // what an engine makes of it
                    if (snapshot.directory().state() == Directory.State.KNOWN) {
                        known.countDown();
                    }
                },
                List::of);
        client.register(args[1], 8080, "http", Map.of());
        client.health(ControlClient.Health.UP, "");
        client.start();
        known.await();
        for (int i = 0; i < services; i++) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            client.ask(new Question.Warm(Fleet.host(i), 80, true), answer::complete);
            if (answer.get() != Answer.READY) {
                throw new IllegalStateException("service " + i + ": " + answer.get());
            }
        }
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        if (!Objects.requireNonNull(table.get()).listed(Fleet.host(0), 80) && services > 0) {
            throw new IllegalStateException("the directory does not list what is followed");
        }
        System.out.println("knows "
                + Objects.requireNonNull(last.get()).clusters().size() + " clusters, heap "
                + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        new CountDownLatch(1).await();
    }
}
