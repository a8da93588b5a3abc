package dev.weft.control.etcd;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.identity.TestCertificate;
import dev.weft.control.keep.SharedStore;
import dev.weft.control.keep.SharedStore.Change;
import dev.weft.control.keep.SharedStore.Event;
import dev.weft.control.keep.SharedStore.Written;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.log.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replicas share in a real etcd, through its good days and its bad ones. */
class EtcdStoreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String FOLDER = "things";

    /** For tests that wait until somebody has gone; etcd's own shortest lease is 2 s. */
    private static final EtcdStore.Pace QUICK = new EtcdStore.Pace(
            Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(1500));

    @TempDir
    Path temp;

    private final CapturedLog log = new CapturedLog();
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

    @BeforeEach
    void need() {
        Etcd.need();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : toClose) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T own(T one) {
        toClose.push(one);
        return one;
    }

    /** A replica that remembers what it is told. */
    private final class Replica implements AutoCloseable {
        final EtcdStore store;
        final Map<String, String> things = new ConcurrentSkipListMap<>();
        final Map<String, String> replicas = new ConcurrentSkipListMap<>();

        Replica(String uri, Credentials credentials) {
            this(uri, credentials, EtcdStore.Pace.DEFAULT);
        }

        Replica(String uri, Credentials credentials, EtcdStore.Pace pace) {
            store = new EtcdStore(EtcdAddress.parse(uri), credentials, pace, log.log());
            store.follow(SharedStore.REPLICAS, events -> remember(events, replicas));
            store.follow(FOLDER, events -> remember(events, things));
        }

        static void remember(List<Event> events, Map<String, String> in) {
            for (Event event : events) {
                byte[] content = event.content();
                if (content == null) {
                    in.remove(event.name());
                } else {
                    in.put(event.name(), new String(content, StandardCharsets.UTF_8));
                }
            }
        }

        Replica start() throws IOException {
            store.start(PATIENCE);
            return this;
        }

        Written put(String name, String content, long seen) throws Exception {
            return store.write(List.of(new Change(FOLDER + "/" + name, content.getBytes(StandardCharsets.UTF_8), seen)))
                    .get();
        }

        /**
         * Whether it is written, now or by a try before: on a machine that is busy the store is away now and then to who is
         * quick to say so.
         */
        boolean writes(String name, String content) {
            try {
                return put(name, content, 0).isMade().get(0) || has(name, content);
            } catch (Exception away) {
                return false;
            }
        }

        boolean has(String name, String content) {
            return Objects.equals(things.get(FOLDER + "/" + name), content);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private Replica replica(String uri) throws IOException {
        return own(new Replica(uri, Credentials.NONE)).start();
    }

    private Replica quick(String uri) throws IOException {
        return own(new Replica(uri, Credentials.NONE, QUICK)).start();
    }

    /** Why it can't start. It is known once the store was tried, which takes longer on a machine that is busy. */
    private String refusal(String uri, Credentials credentials, String words) {
        String said = "";
        for (int seconds = 2; seconds <= 64 && !said.contains(words); seconds *= 2) {
            Duration patience = Duration.ofSeconds(seconds);
            Replica refused = own(new Replica(uri, credentials));
            IOException failed = assertThrows(IOException.class, () -> refused.store.start(patience));
            said = String.valueOf(failed.getMessage());
        }
        assertTrue(said.contains(words), said);
        return said;
    }

    private static String at(int port) {
        return "etcd://127.0.0.1:" + port + "/weft/test";
    }

    @Test
    void whatOneWritesAllHearAndWhoComesLaterKnows() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Replica a = replica(etcd.uri());
        Replica b = replica(etcd.uri());
        assertEquals(List.of(true), a.put("x", "1", 0).isMade());
        eventually("b has heard", () -> b.has("x", "1"));
        Replica c = replica(etcd.uri());
        assertTrue(c.has("x", "1"));
        assertEquals(3, c.replicas.size());
        etcd.post(0, "/v3/kv/put", "{\"key\":\"" + Etcd.base64("/weft/testament") + "\",\"value\":\"\"}");
        etcd.post(0, "/v3/kv/put", "{\"key\":\"" + Etcd.base64("/weft/test/unknown/x") + "\",\"value\":\"\"}");
        a.put("y", "2", 0);
        eventually("neighbours and the unknown are nobody's business", () -> b.has("y", "2"));
        assertEquals(2, b.things.size());
    }

    @Test
    void eachOfManyChangesCountsOnlyForWhoHasSeenTheLatest() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Replica a = replica(etcd.uri());
        Replica b = replica(etcd.uri());
        long first = a.put("x", "1", 0).revision();
        assertEquals(List.of(false), b.put("x", "2", 0).isMade(), "it is there");
        assertEquals(List.of(true), b.put("x", "2", first).isMade());
        assertEquals(List.of(false), a.put("x", "3", first).isMade(), "it has changed");
        List<Change> many = new ArrayList<>();
        many.add(new Change(FOLDER + "/x", null, first));
        for (int i = 1; i < SharedStore.MOST; i++) {
            many.add(new Change(FOLDER + "/n" + i, new byte[] {'v'}, 0));
        }
        Written written = a.store.write(many).get();
        assertEquals(false, written.isMade().get(0));
        assertTrue(written.isMade().subList(1, SharedStore.MOST).stream().allMatch(made -> made));
        eventually("all others are made", () -> b.things.size() == SharedStore.MOST);
        assertTrue(b.has("x", "2"));
    }

    @Test
    void aReplicaThatEndsIsGoneAtOnceAndOneThatIsCutOffWhenItsLeaseEnds() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Wire wire = own(new Wire(etcd.port()));
        Replica a = quick(etcd.uri());
        Replica b = quick(etcd.uri());
        Replica c = quick(at(wire.port()));
        eventually("three are there", () -> a.replicas.size() == 3);
        b.close();
        eventually("b has gone", () -> a.replicas.size() == 2);
        wire.cut();
        eventually("c knows that it is cut off", () -> c.store.away() != null);
        eventually("c has gone", () -> a.replicas.size() == 1);
        wire.mend();
        eventually("c is there again", () -> a.replicas.size() == 2 && c.store.away() == null);
    }

    @Test
    void whatHappenedMeanwhileIsKnownAfterwardsAlsoWhenItWasCompacted() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Wire wire = own(new Wire(etcd.port()));
        Replica a = replica(etcd.uri());
        Replica b = quick(at(wire.port()));
        long gone = a.put("gone", "1", 0).revision();
        long changed = a.put("changed", "1", 0).revision();
        a.put("same", "1", 0);
        eventually("b has heard", () -> b.has("same", "1"));
        wire.cut();
        a.store.write(List.of(new Change(FOLDER + "/gone", null, gone))).get();
        a.put("changed", "2", changed);
        a.put("new", "1", 0);
        etcd.compact();
        wire.mend();
        eventually("b knows all", () -> b.has("changed", "2") && b.has("new", "1") && b.has("gone", null));
        assertTrue(b.has("same", "1"));
        a.put("later", "1", 0);
        eventually("and goes on hearing", () -> b.has("later", "1"));
    }

    @Test
    void aCompactionWhileAllAreConnectedDisturbsNobody() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Replica a = replica(etcd.uri());
        Replica b = replica(etcd.uri());
        for (int i = 0; i < 20; i++) {
            a.put("n" + i, "v", 0);
        }
        etcd.compact();
        a.put("last", "v", 0);
        eventually("b has heard of all", () -> b.things.size() == 21);
    }

    @Test
    void whileItHangsNothingIsForgottenAndAChangeIsRefusedWithTheReason() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 1));
        Replica a = quick(etcd.uri());
        eventually("it is known", () -> a.writes("x", "1") && a.has("x", "1"));
        etcd.stop(0);
        eventually("a notices", () -> a.store.away() != null);
        ExecutionException refused = assertThrows(ExecutionException.class, () -> a.put("y", "1", 0));
        assertInstanceOf(StoreAwayException.class, refused.getCause());
        String why = String.valueOf(refused.getCause().getMessage());
        assertTrue(why.contains("the store etcd://127.0.0.1:"), why);
        assertTrue(a.has("x", "1"));
        etcd.go(0);
        eventually("it answers again", () -> a.store.away() == null);
        eventually("and takes changes", () -> a.writes("z", "1"));
        eventually("and is heard", () -> a.has("z", "1"));
    }

    @Test
    void anotherMemberIsAskedWhenTheLeaderDies() throws Exception {
        Etcd etcd = own(Etcd.start(temp, 3));
        Replica a = quick(etcd.uri());
        Replica b = quick(etcd.uri());
        eventually("b has heard", () -> a.writes("x", "1") && b.has("x", "1"));
        eventually("one leads", etcd::isUp);
        int leader = etcd.leader();
        etcd.kill(leader);
        eventually("a change is made again", () -> a.writes("y", "1"));
        eventually("and all hear of it", () -> a.has("y", "1") && b.has("y", "1"));
        etcd.restart(leader);
        etcd.stop((leader + 1) % 3);
        eventually("and when a follower hangs", () -> a.writes("z", "1"));
        eventually("all hear", () -> b.has("z", "1"));
        etcd.go((leader + 1) % 3);
    }

    @Test
    void atTheStartItIsSaidWhatIsWrong() {
        String message = refusal("etcd://127.0.0.1:1/weft", Credentials.NONE, "refused");
        assertTrue(message.startsWith("the store etcd://127.0.0.1:1/weft can't be reached: 127.0.0.1:1: "), message);
    }

    @Test
    void bothEndsShowTheirCertificates() throws Exception {
        TestCertificate server = TestCertificate.make(temp, "server", "ip:127.0.0.1");
        TestCertificate client = TestCertificate.make(temp, "client", "dns:replica");
        Etcd etcd = own(Etcd.startTls(
                temp,
                List.of(
                        "--cert-file",
                        server.chain().toString(),
                        "--key-file",
                        server.key().toString(),
                        "--trusted-ca-file",
                        client.chain().toString(),
                        "--client-cert-auth")));
        Credentials all = new Credentials(server.chain(), client.chain(), client.key(), null, null);
        Replica a = own(new Replica(etcd.uri(), all)).start();
        assertEquals(List.of(true), a.put("x", "1", 0).isMade());

        Replica stranger = own(new Replica(etcd.uri(), new Credentials(server.chain(), null, null, null, null)));
        assertThrows(IOException.class, () -> stranger.store.start(Duration.ofSeconds(2)));
        refusal(
                etcd.uri(),
                new Credentials(client.chain(), client.chain(), client.key(), null, null),
                "certification path");
    }

    @Test
    @Tag("long") // waits for a token to end
    void aUserGivesAPassword() throws Exception {
        Etcd etcd = own(Etcd.start(temp, List.of("--auth-token-ttl", "1")));
        eventually("it leads", () -> etcd.isUp());
        etcd.post(0, "/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"top\"}");
        etcd.post(0, "/v3/auth/user/add", "{\"name\":\"weft\",\"password\":\"secret\"}");
        etcd.post(0, "/v3/auth/role/add", "{\"name\":\"root\"}");
        etcd.post(0, "/v3/auth/role/add", "{\"name\":\"mesh\"}");
        etcd.post(
                0,
                "/v3/auth/role/grant",
                "{\"name\":\"mesh\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + Etcd.base64("/weft/test/")
                        + "\",\"range_end\":\"" + Etcd.base64("/weft/test0") + "\"}}");
        etcd.post(0, "/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        etcd.post(0, "/v3/auth/user/grant", "{\"user\":\"weft\",\"role\":\"mesh\"}");
        etcd.post(0, "/v3/auth/enable", "{}");
        Path password = Files.writeString(temp.resolve("password"), "secret\n");
        Replica a = own(new Replica(etcd.uri(), new Credentials(null, null, null, "weft", password)))
                .start();
        assertEquals(List.of(true), a.put("x", "1", 0).isMade());
        eventually("it is heard", () -> a.has("x", "1"));
        assertNull(a.store.away());
        long begun = System.nanoTime();
        eventually("its token has ended", () -> System.nanoTime() - begun > 3_000_000_000L);
        assertEquals(List.of(true), a.put("y", "1", 0).isMade());
        eventually("it is heard", () -> a.has("y", "1"));

        Replica nobody = own(new Replica(etcd.uri(), Credentials.NONE));
        IOException failed = assertThrows(IOException.class, () -> nobody.store.start(Duration.ofSeconds(2)));
        assertNotNull(failed.getMessage());
        Path wrong = Files.writeString(temp.resolve("wrong"), "guess\n");
        refusal(etcd.uri(), new Credentials(null, null, null, "weft", wrong), "authentication failed");
    }
}
