package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said to names of the mesh. */
class MeshAnswersTest {
    private Rig rig;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        rig = new Rig(directory, 1, "search corp.example svc.cluster.local\noptions ndots:5");
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", textBlock = """
            orders 1 => NOERROR aa | orders 30 A 240.240.0.7
            ORDERS.default.SVC.cluster.local 1 => NOERROR aa | orders.default.svc.cluster.local 30 A 240.240.0.7
            orders 28 => NOERROR aa | authority orders 5 SOA
            orders 65 => NOERROR aa | authority orders 5 SOA
            orders 5 => NOERROR aa | authority orders 5 SOA
            stock 28 => NOERROR aa | stock 30 AAAA fd77:0:0:0:0:0:0:8
            stock 255 => NOERROR aa | stock 30 A 240.240.0.8 | stock 30 AAAA fd77:0:0:0:0:0:0:8
            10-0-0-2.stock 1 => NOERROR aa | 10-0-0-2.stock 30 A 10.0.0.2
            10-0-0-2.stock 28 => NOERROR aa | authority 10-0-0-2.stock 5 SOA
            fd00-0-0-0-0-0-0-2.stock 28 => NOERROR aa | fd00-0-0-0-0-0-0-2.stock 30 AAAA fd00:0:0:0:0:0:0:2
            10-0-0-9.stock 1 => NXDOMAIN aa | authority stock 5 SOA
            7.0.240.240.in-addr.arpa 12 => NOERROR aa | 7.0.240.240.in-addr.arpa 30 PTR orders.default.svc.cluster.local
            9.0.240.240.in-addr.arpa 12 => NXDOMAIN aa | authority 0.240.240.in-addr.arpa 5 SOA
            7.0.240.240.in-addr.arpa 1 => NOERROR aa | authority 0.240.240.in-addr.arpa 5 SOA
            """)
    void questionsAreAnsweredFromTheDirectory(String question, String expected) throws IOException {
        int space = question.indexOf(' ');
        assertEquals(
                expected,
                rig.client.ask(question.substring(0, space), Integer.parseInt(question.substring(space + 1))));
        assertEquals(0, rig.upstream(0).waiting());
    }

    @Test
    void instancesAreListedWithPriorityAndWeight() throws IOException {
        String host = "stock.default.svc.cluster.local";
        assertEquals(
                "NOERROR aa | stock 30 SRV 0 3 8080 10-0-0-1." + host
                        + " | stock 30 SRV 1 1 8080 10-0-0-2." + host
                        + " | stock 30 SRV 1 1 9090 fd00-0-0-0-0-0-0-2." + host
                        + " | additional 10-0-0-1." + host + " 30 A 10.0.0.1"
                        + " | additional 10-0-0-2." + host + " 30 A 10.0.0.2"
                        + " | additional fd00-0-0-0-0-0-0-2." + host + " 30 AAAA fd00:0:0:0:0:0:0:2",
                rig.client.ask("stock", Wire.SRV));
    }

    @Test
    void additionalRecordsAreLeftOutWhereThereIsNoRoom() throws IOException {
        byte[] answer = rig.client.ask(Messages.query(1, "stock", Wire.SRV));
        assertEquals(true, answer.length <= Wire.PLAIN_UDP);
        assertEquals(3, Wire.u16(answer, 6));
    }

    @Test
    void aServiceWithoutKnownInstancesIsItsVirtualAddress() throws IOException {
        String host = "orders.default.svc.cluster.local";
        assertEquals(
                "NOERROR aa | orders 30 SRV 0 1 80 " + host + " | orders 30 SRV 0 1 8080 " + host + " | additional "
                        + host + " 30 A 240.240.0.7",
                rig.client.ask("orders", Wire.SRV));
        assertEquals(
                "NOERROR aa | _8080._tcp.orders 30 SRV 0 1 8080 " + host + " | additional " + host
                        + " 30 A 240.240.0.7",
                rig.client.ask("_8080._tcp.orders", Wire.SRV));
    }

    @Test
    void aPortThatIsNotDeclaredHasNoService() throws IOException {
        assertEquals("NOERROR aa | authority _99._tcp.orders 5 SOA", rig.client.ask("_99._tcp.orders", Wire.SRV));
    }

    @Test
    void aNamedPortIsLeftToOtherServers() throws IOException {
        rig.upstream(0).says(query -> Messages.failure(query, Wire.NXDOMAIN));
        assertEquals("NXDOMAIN", rig.client.ask("_grpclb._tcp.orders", Wire.SRV));
    }

    @Test
    void whatAClientMadeOfAShortNameMeansTheService() throws IOException {
        String host = "orders.default.svc.cluster.local";
        assertEquals(
                "NOERROR aa | orders.corp.example 30 CNAME " + host + " | " + host + " 30 A 240.240.0.7",
                rig.client.ask("orders.corp.example", Wire.A));
        assertEquals(
                "NOERROR aa | " + host + ".svc.cluster.local 30 CNAME " + host + " | authority " + host + " 5 SOA",
                rig.client.ask(host + ".svc.cluster.local", Wire.AAAA));
    }

    @Test
    void otherTypesAreAskedElsewhereAndTheNameStaysThere() throws IOException {
        rig.upstream(0)
                .says(query -> Messages.answer(query, 0, 1, 0)
                        .u16(0xC00C)
                        .record(16, 60, new byte[] {1, 'x'})
                        .toByteArray());
        assertEquals("NOERROR | shop.example 60 TYPE16", rig.client.ask("shop.example", 16));
        rig.upstream(0).says(query -> Messages.failure(query, Wire.NXDOMAIN));
        assertEquals("NOERROR aa | authority shop.example 5 SOA", rig.client.ask("shop.example", 15));
        rig.upstream(0).says(query -> Messages.failure(query, Wire.SERVFAIL));
        assertEquals("SERVFAIL", rig.client.ask("shop.example", 257));
    }

    @Test
    void theCaseOfTheQuestionComesBack() throws IOException {
        byte[] query = Messages.query(3, "OrDeRs", Wire.A);
        byte[] answer = rig.client.ask(query);
        assertArrayEquals(
                Arrays.copyOfRange(query, Wire.HEADER, query.length),
                Arrays.copyOfRange(answer, Wire.HEADER, query.length));
    }

    @Test
    void anAliasThatLeadsIntoTheMeshIsFollowed() throws IOException {
        rig.upstream(0).says(query -> {
            byte[] target = new Messages.Bytes().name("stock").toByteArray();
            return Messages.answer(query, Wire.NXDOMAIN, 1, 1)
                    .u16(0xC00C)
                    .record(Wire.CNAME, 60, target)
                    .soa(60, 60)
                    .toByteArray();
        });
        assertEquals(
                "NOERROR aa | old.example 60 CNAME stock | stock 30 A 240.240.0.8",
                rig.client.ask("old.example", Wire.A));
        rig.turn(Duration.ofSeconds(40));
        assertEquals(
                "NOERROR aa | old.example 20 CNAME stock | stock 30 A 240.240.0.8",
                rig.client.ask("old.example", Wire.A));
        assertEquals(1, rig.count(DnsEvent.CACHED));
    }

    @Test
    void answersOverTcpAreTheSame() throws IOException {
        assertEquals(
                "NOERROR aa | orders 30 A 240.240.0.7",
                Messages.show(rig.client.askOverTcp(Messages.query(9, "orders", Wire.A))));
    }
}
