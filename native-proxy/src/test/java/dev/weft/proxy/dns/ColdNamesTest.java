package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.proxy.address.Cidr;
import dev.weft.proxy.address.VirtualAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions that come before the first directory. */
class ColdNamesTest {
    private static final String NO_NAME = "NXDOMAIN";

    @TempDir
    Path directory;

    private final Late names = new Late();
    private Rig rig;

    /** Says when somebody waits. */
    private static final class Late implements MeshNames {
        private final SnapshotNames names =
                new SnapshotNames(new VirtualAddresses(Cidr.parse("240.1.2.0/24"), null), System::nanoTime, why -> {});
        private final Semaphore waiting = new Semaphore(0);

        @Override
        public @Nullable Service find(String name) {
            return names.find(name);
        }

        @Override
        public void whenKnown(Runnable then) {
            names.whenKnown(then);
            waiting.release();
        }

        @Override
        public boolean owns(InetAddress address) {
            return names.owns(address);
        }

        @Override
        public @Nullable String nameOf(InetAddress address) {
            return names.nameOf(address);
        }
    }

    @BeforeEach
    void start() throws IOException {
        rig = new Rig(directory, 1, "", 2, names);
        rig.upstream(0).says(query -> Messages.failure(query, Wire.NXDOMAIN));
    }

    @AfterEach
    void end() throws IOException {
        rig.close();
    }

    private void publish(Directory.State state, String... known) {
        Map<String, Directory.Entry> entries = new HashMap<>();
        for (String name : known) {
            entries.put(name, new Directory.Entry(name, Set.of()));
        }
        names.names.publish(new Snapshot("1", new Directory(state, entries), List.of(), Map.of()));
    }

    /** When this returns, the question waits. */
    private void ask(String name) throws Exception {
        rig.client.send(Messages.query(7, name, Wire.A));
        assertTrue(names.waiting.tryAcquire(20, TimeUnit.SECONDS), "nobody waits");
    }

    @Test
    void aNameThatNoServerKnowsWaitsForIt() throws Exception {
        ask("orders");
        publish(Directory.State.PENDING);
        publish(Directory.State.KNOWN, "orders");
        String answer = Messages.show(rig.client.receive());
        assertEquals("NOERROR aa | orders 30 A 240.1.2", answer.substring(0, answer.lastIndexOf('.')));
        assertEquals(1, rig.count(DnsEvent.MESH));
    }

    @Test
    void oneThatIsNotInItEitherIsToldThen() throws Exception {
        ask("orders");
        publish(Directory.State.FAILED);
        assertEquals(NO_NAME, Messages.show(rig.client.receive()));
        assertEquals(NO_NAME, rig.client.ask("stock", Wire.A));
    }

    @Test
    void nobodyWaitsForLong() throws Exception {
        ask("orders");
        rig.turn(Duration.ofSeconds(2));
        assertEquals(NO_NAME, Messages.show(rig.client.receive()));
    }

    @Test
    void asManyWaitAsMayWaitForServers() throws Exception {
        ask("one");
        ask("two");
        assertEquals(NO_NAME, rig.client.ask("three", Wire.A));
        publish(Directory.State.KNOWN);
        assertEquals(NO_NAME, Messages.show(rig.client.receive()));
        assertEquals(NO_NAME, Messages.show(rig.client.receive()));
    }

    @Test
    void whatAServerKnowsIsToldAtOnce() throws Exception {
        rig.upstream(0).says(query -> Messages.address(query, 60, "192.0.2.1"));
        assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
    }
}
