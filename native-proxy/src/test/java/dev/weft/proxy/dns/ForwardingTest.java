package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of resolv.conf that are well, slow, wrong, hostile or away. */
class ForwardingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private static byte[] right(byte[] query) {
        return Messages.address(query, 60, "192.0.2.1");
    }

    private static byte[] withId(byte[] message, int id) {
        Wire.u16(message, 0, id);
        return message;
    }

    @Test
    void whatAServerSaysComesBackByteByByte() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            // A record type that nobody knows, with a compressed name inside.
            rig.upstream(0)
                    .says(query -> Messages.answer(query, 0, 1, 0)
                            .u16(0xC00C)
                            .record(65_000, 60, new byte[] {1, (byte) 0xC0, 12, 5})
                            .toByteArray());
            byte[] query = Messages.query(77, "WWW.example.com", 65_000);
            byte[] answer = rig.client.ask(query);
            byte[] sent = rig.upstream(0).next().query();
            byte[] expected = Messages.answer(query, 0, 1, 0)
                    .u16(0xC00C)
                    .record(65_000, 60, new byte[] {1, (byte) 0xC0, 12, 5})
                    .toByteArray();
            assertEquals(Messages.hex(expected), Messages.hex(answer));
            assertNotEquals(0, sent.length);
        }
    }

    @Test
    void whatStandsBehindTheLastRecordIsLeftOut() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0).says(query -> {
                byte[] right = right(query);
                return Arrays.copyOf(right, right.length + 5);
            });
            byte[] answer = rig.client.ask(Messages.query(1, "a.example", Wire.A, 1232));
            byte[] plain = right(Messages.query(1, "a.example", Wire.A));
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", Messages.show(answer));
            assertEquals(plain.length + 11, answer.length);
            assertEquals(Wire.OPT, Wire.u16(answer, plain.length + 1));
        }
    }

    @Test
    void eachQuestionHasAnIdAndAPortOfItsOwn() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0).says(ForwardingTest::right);
            Set<Integer> ids = new HashSet<>();
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                rig.client.ask(Messages.query(1, "n" + i + ".example", Wire.A));
                var asked = rig.upstream(0).next();
                ids.add(Messages.id(asked.query()));
                ports.add(asked.client().getPort());
            }
            assertTrue(ids.size() > 35, "ids: " + ids);
            assertTrue(ports.size() > 20, "ports: " + ports);
        }
    }

    @Test
    void answersWithAnotherIdOrQuestionDontCount() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0).sends(query -> {
                byte[] other = Messages.query(Messages.id(query), "evil.example", Wire.A);
                byte[] noAnswer = right(query);
                noAnswer[2] &= 0x7F;
                return List.of(
                        withId(Messages.address(query, 60, "203.0.113.66"), Messages.id(query) ^ 1),
                        Messages.address(other, 60, "203.0.113.66"),
                        noAnswer,
                        new byte[3],
                        right(query));
            });
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            assertEquals(4, rig.count(DnsEvent.WRONG_ANSWER));
        }
    }

    @Test
    void whoGuessesManyTimesIsNotHeardAndTcpIsAsked() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0)
                    .sends(query -> Collections.nCopies(
                            8, withId(Messages.address(query, 60, "203.0.113.66"), Messages.id(query) ^ 1)))
                    .saysOverTcp(ForwardingTest::right);
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            assertFalse(rig.upstream(0).next().isTcp());
            assertTrue(rig.upstream(0).next().isTcp());
        }
    }

    @Test
    void answersFromElsewhereDontCount() throws Exception {
        try (var rig = new Rig(directory, 1, "");
                var elsewhere = new DatagramSocket(0, InetAddress.getByName("127.0.0.99"))) {
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            var asked = rig.upstream(0).next();
            byte[] forged = Messages.address(asked.query(), 60, "203.0.113.66");
            elsewhere.send(new DatagramPacket(forged, forged.length, asked.client()));
            rig.upstream(0).send(right(asked.query()), asked.client());
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", Messages.show(rig.client.receive()));
            assertEquals(0, rig.count(DnsEvent.WRONG_ANSWER)); // the kernel has dropped it
        }
    }

    @Test
    void aSilentServerIsFollowedByTheNextAfterASecond() throws Exception {
        try (var rig = new Rig(directory, 3, "")) {
            rig.upstream(2).says(ForwardingTest::right);
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            rig.upstream(0).next();
            rig.turn(SECOND);
            rig.upstream(1).next();
            rig.turn(SECOND);
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", Messages.show(rig.client.receive()));
        }
    }

    @Test
    void oneThatIsSilentThreeTimesIsAskedLastForThirtySeconds() throws Exception {
        try (var rig = new Rig(directory, 2, "")) {
            rig.upstream(1).says(ForwardingTest::right);
            for (int i = 0; i < 3; i++) {
                silent(rig, "n" + i + ".example");
            }
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            assertEquals(0, rig.upstream(0).waiting());
            rig.turn(Duration.ofSeconds(30));
            silent(rig, "b.example"); // one more is enough
            assertEquals("NOERROR | c.example 60 A 192.0.2.1", rig.client.ask("c.example", Wire.A));
            assertEquals(0, rig.upstream(0).waiting());
            rig.turn(Duration.ofSeconds(30));
            rig.upstream(0).says(ForwardingTest::right);
            rig.client.ask("d.example", Wire.A);
            assertEquals(1, rig.upstream(0).waiting());
        }
    }

    /** The first server says nothing to this one. */
    private static void silent(Rig rig, String name) throws Exception {
        rig.client.send(Messages.query(5, name, Wire.A));
        rig.upstream(0).next();
        rig.turn(SECOND);
        assertEquals("NOERROR | " + name + " 60 A 192.0.2.1", Messages.show(rig.client.receive()));
    }

    @Test
    void aServerThatFailedAtOneNameIsAskedFirstForTheNext() throws Exception {
        try (var rig = new Rig(directory, 2, "")) {
            rig.upstream(1).says(ForwardingTest::right);
            rig.upstream(0).says(query -> Messages.failure(query, Wire.SERVFAIL));
            for (int i = 1; i < 6; i++) {
                rig.client.ask("n" + i + ".example", Wire.A);
                assertEquals(i, rig.upstream(0).waiting());
            }
        }
    }

    @Test
    void aSlowServersAnswerStillCounts() throws Exception {
        try (var rig = new Rig(directory, 2, "")) {
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            var slow = rig.upstream(0).next();
            rig.turn(SECOND);
            rig.upstream(1).next();
            rig.upstream(0).send(right(slow.query()), slow.client());
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", Messages.show(rig.client.receive()));
        }
    }

    @Test
    void aServerThatIsDownIsFollowedAtOnce() throws Exception {
        try (var rig = new Rig(directory, 2, "")) {
            rig.upstream(0).close();
            rig.upstream(1).says(ForwardingTest::right);
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
        }
    }

    @Test
    void aServerThatFailsIsFollowedAtOnceAndIfAllFailThatIsTheAnswer() throws Exception {
        try (var rig = new Rig(directory, 2, "options attempts:1")) {
            rig.upstream(0).says(query -> Messages.failure(query, Wire.SERVFAIL));
            rig.upstream(1).says(ForwardingTest::right);
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            rig.upstream(1).says(query -> Messages.failure(query, Wire.REFUSED));
            rig.upstream(0).says(query -> Messages.failure(query, Wire.REFUSED));
            assertEquals("REFUSED", rig.client.ask("b.example", Wire.A));
        }
    }

    @Test
    void withoutAnyAnswerTheClientHearsOfItInTime() throws Exception {
        try (var rig = new Rig(directory, 1, "options timeout:3 attempts:2")) {
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            rig.upstream(0).next();
            rig.turn(SECOND);
            rig.upstream(0).next();
            rig.turn(Duration.ofSeconds(3));
            assertEquals("SERVFAIL", Messages.show(rig.client.receive()));
            assertEquals(1, rig.count(DnsEvent.UNANSWERED));
        }
    }

    @Test
    void rotatingAsksEachInTurnAndNamesOfTheMeshAreAnsweredAlways() throws Exception {
        try (var rig = new Rig(directory, 3, "options rotate")) {
            rig.upstreams.forEach(upstream -> upstream.says(ForwardingTest::right));
            for (int i = 0; i < 9; i++) {
                rig.client.ask("n" + i + ".example", Wire.A);
                assertEquals("NOERROR aa | orders 30 A 240.240.0.7", rig.client.ask("orders", Wire.A));
            }
            assertEquals(
                    List.of(3, 3, 3),
                    rig.upstreams.stream().map(Upstream::waiting).toList());
        }
    }

    @Test
    void anAnswerThatIsCutIsFetchedOverTcpAndCutAgainForClientsWithoutRoom() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0)
                    .says(query -> Messages.answer(query, Wire.TC, 0, 0).toByteArray())
                    .saysOverTcp(query -> {
                        var all = Messages.answer(query, 0, 60, 0);
                        for (int i = 0; i < 60; i++) {
                            all.u16(0xC00C).record(Wire.A, 60, new byte[] {10, 0, 0, (byte) i});
                        }
                        return all.toByteArray();
                    });
            assertEquals("NOERROR tc", rig.client.ask("big.example", Wire.A));
            byte[] roomy = rig.client.ask(Messages.query(1, "big.example", Wire.A, 4096));
            assertEquals(60, Wire.u16(roomy, 6));
            assertEquals(1, Wire.u16(roomy, 10)); // OPT
            byte[] tcp = rig.client.askOverTcp(Messages.query(1, "big.example", Wire.A));
            assertEquals(60, Wire.u16(tcp, 6));
            assertEquals(1, rig.count(DnsEvent.TCP)); // the rest came from the cache
        }
    }

    @Test
    void whereTcpFailsTheCutAnswerHasToDo() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0).says(query -> Messages.answer(query, Wire.TC, 0, 0).toByteArray());
            assertEquals("NOERROR tc", rig.client.ask("big.example", Wire.A));
        }
    }

    @Test
    void aServerThatDoesntKnowEdnsIsAskedWithoutIt() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0)
                    .says(query -> Wire.u16(query, 10) > 0 ? Messages.failure(query, Wire.FORMERR) : right(query));
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
        }
    }

    @Test
    void theSameQuestionGoesOutOnceAndEveryoneIsAnswered() throws Exception {
        try (var rig = new Rig(directory, 1, "");
                var other = new Client(rig.server.port())) {
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            var asked = rig.upstream(0).next();
            other.send(Messages.query(6, "A.example", Wire.A));
            // Behind the other's question on the same port: answered when that was read.
            assertEquals("NOERROR aa | orders 30 A 240.240.0.7", ask(other, "orders"));
            rig.upstream(0).send(right(asked.query()), asked.client());
            assertEquals(5, Messages.id(rig.client.receive()));
            assertEquals(6, Messages.id(other.receive()));
            assertEquals(0, rig.upstream(0).waiting());
        }
    }

    private static String ask(Client client, String name) throws IOException {
        return Messages.show(client.ask(Messages.query(8, name, Wire.A)));
    }

    @Test
    void serversThatLeadBackToUsEndInAFailureNotInAStorm() throws Exception {
        try (var rig = new Rig(directory, 1, "options attempts:3")) {
            BlockingQueue<String> sent = new LinkedBlockingQueue<>();
            // The server of resolv.conf asks us what we ask it.
            rig.upstream(0).sends(query -> {
                try (var loop = new Client(rig.server.port())) {
                    loop.send(query);
                    sent.add(loop.ask("orders", Wire.A)); // answered when the question before it was read
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return List.of();
            });
            rig.client.send(Messages.query(5, "a.example", Wire.A));
            for (int i = 0; i < 3; i++) {
                sent.take();
                rig.turn(SECOND);
            }
            rig.turn(Duration.ofSeconds(5));
            assertEquals("SERVFAIL", Messages.show(rig.client.receive()));
            assertEquals(3, rig.upstream(0).waiting());
        }
    }

    @Test
    void moreQuestionsThanMayWaitFailAtOnce() throws Exception {
        try (var rig = new Rig(directory, 1, "", 2)) {
            rig.client.send(Messages.query(1, "a.example", Wire.A));
            rig.client.send(Messages.query(2, "b.example", Wire.A));
            assertEquals("SERVFAIL", rig.client.ask("c.example", Wire.A));
            assertEquals("NOERROR aa | orders 30 A 240.240.0.7", rig.client.ask("orders", Wire.A));
            for (int i = 0; i < 2; i++) {
                var asked = rig.upstream(0).next();
                rig.upstream(0).send(right(asked.query()), asked.client());
                rig.client.receive();
            }
            rig.upstream(0).says(ForwardingTest::right);
            assertEquals("NOERROR | c.example 60 A 192.0.2.1", rig.client.ask("c.example", Wire.A));
        }
    }

    @Test
    void answersAreKeptForAsLongAsTheySay() throws Exception {
        try (var rig = new Rig(directory, 1, "")) {
            rig.upstream(0).says(ForwardingTest::right);
            rig.client.ask("a.example", Wire.A);
            rig.turn(Duration.ofSeconds(59));
            assertEquals("NOERROR | a.example 1 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            assertEquals(1, rig.count(DnsEvent.CACHED));
            rig.turn(SECOND);
            assertEquals("NOERROR | a.example 60 A 192.0.2.1", rig.client.ask("a.example", Wire.A));
            assertEquals(2, rig.upstream(0).waiting());
        }
    }

    @Test
    void thatThereIsNothingIsKeptForAsLongAsTheZoneSays() throws Exception {
        try (var rig = new Rig(directory, 1, "options attempts:1")) {
            rig.upstream(0)
                    .says(query -> Messages.answer(query, Wire.NXDOMAIN, 0, 1)
                            .soa(100, 10)
                            .toByteArray());
            rig.client.ask("a.example", Wire.A);
            rig.turn(Duration.ofSeconds(9));
            assertEquals("NXDOMAIN | authority  91 SOA", rig.client.ask("a.example", Wire.A));
            rig.turn(SECOND);
            rig.client.ask("a.example", Wire.A);
            assertEquals(2, rig.upstream(0).waiting());

            rig.upstream(0).says(query -> Messages.failure(query, Wire.NXDOMAIN)); // without SOA: not kept
            rig.client.ask("b.example", Wire.A);
            rig.client.ask("b.example", Wire.A);
            rig.upstream(0).says(query -> Messages.failure(query, Wire.SERVFAIL));
            rig.client.ask("c.example", Wire.A);
            rig.client.ask("c.example", Wire.A);
            assertEquals(6, rig.upstream(0).waiting());
        }
    }

    @Test
    void whereResolvConfNamesUsTheOthersAreAsked() throws Exception {
        Path conf = directory.resolve("resolv.conf");
        Files.writeString(conf, "nameserver 127.0.0.1\nnameserver 127.0.0.2\n");
        try (var other = new Upstream("127.0.0.2", 0).says(ForwardingTest::right)) {
            var listen = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), other.port()));
            var settings = DnsSettings.at(listen, conf, other.port());
            try (var server = DnsServer.start(settings, new Rig.Names(), why -> {});
                    var client = new Client(server.port())) {
                assertEquals("NOERROR | a.example 60 A 192.0.2.1", client.ask("a.example", Wire.A));
                assertEquals(1, server.counts().get(DnsEvent.QUERY));
            }
        }
    }

    @Test
    void otherServersInResolvConfAreAskedWithoutARestart() throws Exception {
        try (var rig = new Rig(directory, 2, "")) {
            var first = rig.upstream(0).says(ForwardingTest::right);
            var second = rig.upstream(1).says(ForwardingTest::right);
            rig.client.ask("a.example", Wire.A);
            first.next();
            Path next = directory.resolve("next");
            Files.writeString(next, "nameserver " + second.host() + "\n");
            Files.move(
                    next,
                    directory.resolve("resolv.conf"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            List<String> names = new ArrayList<>();
            while (second.waiting() == 0) { // the surefire time limit ends it, if nothing does
                names.add("n" + names.size() + ".example");
                rig.client.ask(names.get(names.size() - 1), Wire.A);
            }
            assertEquals(names.size() - 1, first.waiting());
        }
    }
}
