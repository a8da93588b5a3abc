package dev.weft.client.warm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.Istio;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.Reading;
import dev.weft.client.resource.Resource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.client.resource.ResourceType;
import dev.weft.client.wire.Malformed;
import dev.weft.client.wire.Message;
import dev.weft.client.wire.Writer;
import dev.weft.engine.call.Answer;
import dev.weft.engine.snapshot.Snapshot;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A control plane that has lost its mind, in each form of the protocol: 104,000 messages with damaged bytes at every
 * level between good ones. Nothing throws, what is refused changes nothing, its good neighbour applies, memory stays
 * bounded, and good bytes heal everything. {@code -Dfuzz.seed} plays another storm.
 */
@Tag("long")
@Isolated("measures the heap")
@Timeout(1200)
final class FuzzTest {
    private static final int MESSAGES = 26_000;
    private static final List<ResourceType> TYPES =
            List.of(ResourceType.LISTENER, ResourceType.ROUTES, ResourceType.CLUSTER, ResourceType.ENDPOINTS);
    private static final String ORDER = Xds.cluster("order");
    private static final String USER = Xds.cluster("user");

    @ParameterizedTest
    @EnumSource(Profile.class)
    void garbageCostsNothingButItself(Profile profile) {
        long seed = Long.getLong("fuzz.seed", 1);
        var storm = new Storm(profile, seed);
        try {
            storm.rage();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("-Dfuzz.seed=" + seed + ", " + profile + ", message " + storm.count, e);
        }
    }

    /** Has every one: what is refused is refused for its bytes. */
    private static final CertificateSource CERTIFICATES = (identity, roots, expected, serverName) -> {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new CertificateSource.Unavailable(String.valueOf(e.getMessage()));
        }
    };

    /** A resource as it is sent. */
    private record Item(String name, byte[] any) {}

    private static final class Storm {
        private final Profile profile;
        private final Random random;
        private final Conversation c;
        private final ResourceReader reader = new ResourceReader(CERTIFICATES);
        private final Map<String, byte[]> written = new HashMap<>();
        /** Damaged messages so far. */
        private int count;

        private int sent;
        /** Whether all is as after the last healing, but for endpoints. */
        private boolean whole;

        private @Nullable List<String> unsupported;

        Storm(Profile profile, long seed) {
            this.profile = profile;
            this.random = new Random(seed);
            this.c = new Conversation(profile, Map.of(), CERTIFICATES);
            c.called = Set.of(ORDER, USER);
        }

        void rage() {
            c.open();
            heal();
            long used = 0;
            while (count < MESSAGES) {
                count++;
                int what = random.nextInt(10);
                if (what < 7) {
                    oneOfTwo(what == 6);
                } else {
                    wholeMessage();
                }
                if (random.nextInt(3) == 0) {
                    c.pass(random.nextInt(3000) * Conversation.MILLI);
                }
                if (random.nextInt(20) == 0) {
                    heal();
                }
                forget();
                if (used == 0 && count > MESSAGES / 10) {
                    used = used();
                }
            }
            heal();
            long more = used() - used;
            assertTrue(more < 24 << 20, "the heap has grown by " + more + " bytes");
            int kept = Objects.requireNonNull(c.saved).length;
            assertTrue(kept < 2 << 20, "kept: " + kept + " bytes");
            for (Map<String, String> names : c.core.status().resources().values()) {
                assertTrue(names.size() <= 4, names.toString());
            }
        }

        /** One resource is damaged, the other is good and, of endpoints, new. */
        private void oneOfTwo(boolean envelope) {
            if (!whole) {
                heal();
            }
            var type = TYPES.get(random.nextInt(TYPES.size()));
            int port = 1 + random.nextInt(100);
            var good = good(type, "order", 8080);
            byte[] any = envelope
                    ? damaged(good.any())
                    : any(type.url(), damaged(Message.of(good.any()).bytes(2)));
            var bad = new Item(good.name(), any);
            var neighbour = good(type, "user", port);
            var before = c.last();
            var ports = c.ports(ORDER);
            give(type, shuffled(bad, neighbour));
            assertEquals("", c.disconnected, "the message itself is good");
            String name = profile.delta() ? good.name() : nameIn(any);
            if (type == ResourceType.ENDPOINTS && !name.equals(neighbour.name())) {
                assertEquals(List.of(port, port), c.ports(USER), "the good neighbour");
            }
            if (profile.whole(type)) {
                whole = false; // who offers a listener that is none takes the name away
                return;
            }
            var reading = reader.read(type, good.name(), any);
            if (!name.equals(good.name())) {
                if (type == ResourceType.ENDPOINTS) {
                    assertEquals(ports, c.ports(ORDER));
                }
                whole = false;
            } else if (reading instanceof Reading.Accepted accepted) {
                if (accepted.resource() instanceof Resource.Assignment assigned) {
                    assertEquals(
                            assigned.endpoints().stream()
                                    .map(endpoint -> endpoint.address().getPort())
                                    .toList(),
                            c.ports(ORDER));
                } else {
                    whole = false;
                }
            } else {
                assertTrue(c.refused().containsKey(good.name()), "refused: " + reading);
                assertEquals(ports, c.ports(ORDER), "the last good one");
                assertEquals(shape(before), shape(c.last()), "the last good one");
            }
        }

        private static List<String> shape(Snapshot snapshot) {
            return snapshot.hosts().stream()
                    .map(host -> host.domains() + " " + host.routes().size())
                    .toList();
        }

        private void wholeMessage() {
            whole = false;
            var type = TYPES.get(random.nextInt(TYPES.size()));
            var items = shuffled(good(type, "order", 8081), good(type, "user", 8082));
            var before = c.last();
            switch (random.nextInt(7)) {
                case 0 -> give(type, List.of(items.get(0), items.get(1), items.get(0)));
                case 1 ->
                    receive(message(TYPES.get(random.nextInt(TYPES.size())).url(), items));
                case 2 -> receive(message("type.googleapis.com/some.Other", items));
                case 3 ->
                    receive(join(
                            message(type.url(), List.of()),
                            failures(items.get(0).name())));
                case 4 ->
                    receive(join(
                            message(type.url(), items), failures(items.get(1).name())));
                case 5 -> {
                    var names = directory();
                    var url = profile.directory().url();
                    byte[] value = Message.of(names.get(0).any()).bytes(2);
                    receive(message(url, List.of(new Item(names.get(0).name(), any(url, damaged(value))))));
                }
                default -> receive(damaged(message(type.url(), items)));
            }
            if (!c.disconnected.isEmpty()) {
                assertSame(before, c.last(), "nothing of a message that can't be read");
                c.disconnected = "";
                c.open();
            }
        }

        /** Everything once, and it is as if nothing had been. */
        private void heal() {
            give(profile.directory(), directory());
            c.ask(Xds.host("order"));
            c.ask(Xds.host("user"));
            c.run();
            for (ResourceType type : TYPES) {
                give(type, List.of(good(type, "order", 8080), good(type, "user", 9090)));
            }
            assertEquals(List.of(8080, 8080), c.ports(ORDER));
            assertEquals(List.of(9090, 9090), c.ports(USER));
            assertEquals(Map.of(), c.refused());
            assertEquals(2, c.last().hosts().size());
            assertSame(Answer.READY, c.ask(Xds.host("order")).get());
            assertSame(Answer.READY, c.ask(Xds.host("user")).get());
            var left = c.core.status().unsupported();
            unsupported = unsupported == null ? left : unsupported;
            assertEquals(unsupported, left);
            whole = true;
        }

        /** The resources in which the names of the mesh stand. */
        private List<Item> directory() {
            return switch (profile.directory()) {
                case DIRECTORY -> List.of(new Item("default", Seeds.bytes(Xds.directory("order", "user"))));
                case NAME_TABLE -> List.of(new Item("default", Seeds.bytes(Istio.nameTable("order", "user"))));
                default -> List.of(good(ResourceType.LISTENER, "order", 0), good(ResourceType.LISTENER, "user", 0));
            };
        }

        private Item good(ResourceType type, String service, int port) {
            String cluster = Xds.cluster(service);
            String listener = profile.portInName() ? Istio.listenerName(service, 80) : Xds.host(service);
            String key = type + service + (type == ResourceType.ENDPOINTS ? port : "");
            byte[] any = written.computeIfAbsent(
                    key,
                    first -> Seeds.bytes(
                            switch (type) {
                                case LISTENER -> Seeds.listener(listener, cluster);
                                case ROUTES -> Seeds.routes(cluster, service, cluster);
                                case CLUSTER -> Seeds.cluster(cluster);
                                default -> Seeds.endpoints(cluster, port);
                            }));
            return new Item(type == ResourceType.LISTENER ? listener : cluster, any);
        }

        private static byte[] any(String url, byte[] value) {
            return new Writer().string(1, url).bytes(2, value).toBytes();
        }

        /** What a state of the world takes it for; empty where that can't be read. */
        private static String nameIn(byte[] any) {
            try {
                var envelope = Message.of(any);
                envelope.string(1); // it is read first, and may be what is damaged
                return Message.of(envelope.bytes(2)).string(1);
            } catch (Malformed e) {
                return "";
            }
        }

        private List<Item> shuffled(Item one, Item other) {
            return random.nextBoolean() ? List.of(one, other) : List.of(other, one);
        }

        // ---- messages ---------------------------------------------------------------------------

        private void give(ResourceType type, List<Item> items) {
            receive(message(type.url(), items));
        }

        private void receive(byte[] message) {
            sent++;
            c.core.received(0, message, c.now);
            c.run();
        }

        private byte[] message(String url, List<Item> items) {
            var out = new Writer();
            String version = "v" + sent + (random.nextInt(100) == 0 ? "x".repeat(100_000) : "");
            if (!profile.delta()) {
                out.string(1, version);
            }
            for (Item item : items) {
                if (profile.delta()) {
                    out.message(
                            2,
                            new Writer().string(1, version).bytes(2, item.any()).string(3, item.name()));
                } else {
                    out.bytes(2, item.any());
                }
            }
            return out.string(4, url)
                    .string(5, random.nextInt(10) == 0 ? "n" : "n" + sent)
                    .toBytes();
        }

        /** That a name is gone, with a reason or without, or that nothing can be said of it. */
        private byte[] failures(String name) {
            var out = new Writer();
            if (profile.delta() && random.nextBoolean()) {
                out.string(6, name);
            }
            var status = new Writer().number(1, random.nextInt(17)).string(2, "e".repeat(random.nextInt(5000)));
            return out.message(
                            profile.delta() ? 9 : 7,
                            new Writer()
                                    .message(1, new Writer().string(1, name))
                                    .message(2, status))
                    .toBytes();
        }

        private static byte[] join(byte[] one, byte[] other) {
            byte[] both = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, both, one.length, other.length);
            return both;
        }

        // ---- damage -----------------------------------------------------------------------------

        private byte[] damaged(byte[] good) {
            List<Byte> bytes = new ArrayList<>(good.length);
            for (byte b : good) {
                bytes.add(b);
            }
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                damage(bytes);
            }
            byte[] bad = new byte[bytes.size()];
            for (int i = 0; i < bad.length; i++) {
                bad[i] = bytes.get(i);
            }
            return bad;
        }

        private void damage(List<Byte> bytes) {
            int at = random.nextInt(bytes.size() + 1);
            int end = Math.min(bytes.size(), at + 1 + random.nextInt(16));
            var slice = bytes.subList(at, end);
            switch (random.nextInt(8)) {
                case 0 -> slice.replaceAll(b -> (byte) (b ^ 1 << random.nextInt(8)));
                case 1 -> slice.replaceAll(b -> (byte) random.nextInt(256));
                case 2 -> bytes.subList(at, bytes.size()).clear();
                case 3 -> bytes.addAll(at, List.of((byte) random.nextInt(256), (byte) random.nextInt(256)));
                case 4 -> bytes.addAll(random.nextInt(bytes.size() + 1), List.copyOf(slice));
                case 5 -> slice.clear();
                case 6 -> bytes.addAll(at, Collections.nCopies(9, (byte) 0xFF)); // the most a number can have
                default -> {
                    if (!slice.isEmpty()) {
                        slice.set(0, (byte) random.nextInt(256));
                    }
                }
            }
        }

        // ---- memory -----------------------------------------------------------------------------

        /** What the test itself remembers. */
        private void forget() {
            c.snapshots.subList(0, c.snapshots.size() - 1).clear();
            c.log.clear();
            c.sent.clear();
            c.raw.clear();
            c.servers.clear();
            c.resolving.clear();
        }

        private static long used() {
            System.gc();
            var runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }
}
