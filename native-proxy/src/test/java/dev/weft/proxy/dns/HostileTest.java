package dev.weft.proxy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that mean harm, or nothing. */
class HostileTest {
    @TempDir
    Path directory;

    @Test
    void namesThatRunInCirclesAreRefused() {
        byte[] self = new byte[32];
        Wire.u16(self, 20, 0xC000 | 20);
        assertThrows(Malformed.class, () -> DnsName.read(self, 20));
        byte[] pair = new byte[32];
        Wire.u16(pair, 14, 0xC000 | 20);
        Wire.u16(pair, 20, 0xC000 | 14);
        assertThrows(Malformed.class, () -> DnsName.read(pair, 20));
        byte[] growing = new byte[32]; // a label, then back to it
        growing[12] = 1;
        growing[13] = 'a';
        Wire.u16(growing, 14, 0xC000 | 12);
        assertThrows(Malformed.class, () -> DnsName.read(growing, 12));
        byte[] header = new byte[32];
        Wire.u16(header, 20, 0xC000 | 4);
        assertThrows(Malformed.class, () -> DnsName.read(header, 20));
    }

    @Test
    void pointersAreFollowedAsFarAsANameMayNeedThem() throws Malformed {
        byte[] densest = new byte[Wire.HEADER + 1 + 128 * 4]; // the root, then labels that each point to the one before
        int last = Wire.HEADER;
        for (int at = Wire.HEADER + 1; at + 4 <= densest.length - 4; at += 4) {
            densest[at] = 1;
            densest[at + 1] = 'a';
            Wire.u16(densest, at + 2, 0xC000 | last);
            last = at;
        }
        int start = densest.length - 4;
        Wire.u16(densest, start, 0xC000 | last);
        assertEquals(255, DnsName.read(densest, start).name().length());

        byte[] chain = new byte[Wire.HEADER + 1 + 2 * 129]; // the root, then pointers to pointers
        Wire.u16(chain, Wire.HEADER + 1, 0xC000 | Wire.HEADER);
        for (int at = Wire.HEADER + 3; at + 2 <= chain.length; at += 2) {
            Wire.u16(chain, at, 0xC000 | at - 2);
        }
        assertEquals(chain.length - 2, DnsName.read(chain, chain.length - 4).end());
        assertThrows(Malformed.class, () -> DnsName.read(chain, chain.length - 2));
    }

    @Test
    void namesHave255BytesAtTheMost() throws Malformed {
        byte[] fits = new byte[Wire.HEADER + 255];
        for (int i = 0; i < 127; i++) {
            fits[Wire.HEADER + 2 * i] = 1;
        }
        assertEquals(255, DnsName.read(fits, Wire.HEADER).name().length());
        byte[] longer = Arrays.copyOf(fits, fits.length + 2);
        longer[Wire.HEADER + 254] = 1;
        assertThrows(Malformed.class, () -> DnsName.read(longer, Wire.HEADER));
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("a".repeat(64)));
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("a..b"));
        assertThrows(IllegalArgumentException.class, () -> DnsName.of("abc.".repeat(64)));
    }

    @Test
    void aDotInsideALabelIsNoDotBetweenLabels() throws Exception {
        byte[] message = new Messages.Bytes()
                .u32(0)
                .u32(0)
                .u32(0)
                .u8(5)
                .u16('a' << 8 | '.')
                .u16('b' << 8 | 0)
                .u8('\\')
                .u8(0)
                .toByteArray();
        assertEquals("a\\.b\\000\\\\", DnsName.read(message, Wire.HEADER).name().text());
    }

    @Test
    void answersAreNotAnsweredAndStrangeQuestionsAreRefused() throws Exception {
        try (var rig = new Rig(directory, 0, "")) {
            byte[] answer = Messages.query(1, "orders", Wire.A);
            answer[2] |= (byte) 0x80;
            rig.client.send(answer);
            rig.client.send(new byte[5]);
            byte[] notify = Messages.query(2, "orders", Wire.A);
            notify[2] |= 4 << 3;
            assertEquals("NOTIMP", Messages.show(rig.client.ask(notify)));
            byte[] two = Messages.query(3, "orders", Wire.A);
            two[5] = 2;
            assertEquals("FORMERR", Messages.show(rig.client.ask(two)));
            byte[] cut = Arrays.copyOf(two, 20);
            cut[5] = 1;
            assertEquals("FORMERR", Messages.show(rig.client.ask(cut)));
            assertEquals("REFUSED", rig.client.ask("orders", Wire.AXFR));
            byte[] chaos = Messages.query(4, "version.bind", 16);
            chaos[chaos.length - 1] = 3;
            assertEquals("REFUSED", Messages.show(rig.client.ask(chaos)));
            byte[] version = Messages.query(5, "orders", Wire.A, 1232);
            version[version.length - 5] = 1; // the version of EDNS
            byte[] refusal = rig.client.ask(version);
            assertEquals("NOERROR", Messages.show(refusal));
            assertEquals(1, refusal[refusal.length - 6]); // with the upper bits: BADVERS
            assertEquals("SERVFAIL", rig.client.ask("no.server.example", Wire.A));
        }
    }

    @Test
    void connectionsAboveTheLimitAreClosedAndOthersGoOn() throws Exception {
        try (var rig = new Rig(directory, 0, "")) {
            var held = new Socket[4];
            for (int i = 0; i < held.length; i++) {
                held[i] = new Socket(InetAddress.getLoopbackAddress(), rig.server.port());
                byte[] query = Messages.query(1, "orders", Wire.A);
                var out = new DataOutputStream(held[i].getOutputStream());
                out.writeShort(query.length);
                out.write(query);
                assertTrue(held[i].getInputStream().read() >= 0);
            }
            try (var fifth = new Socket(InetAddress.getLoopbackAddress(), rig.server.port())) {
                fifth.setSoTimeout(60_000);
                assertEquals(-1, fifth.getInputStream().read());
            }
            assertEquals("NOERROR aa | orders 30 A 240.240.0.7", rig.client.ask("orders", Wire.A));
            for (Socket one : held) {
                one.close();
            }
        }
    }

    @Test
    void anAnswerOfManySmallRecordsIsNotKept() throws Exception {
        byte[] query = Messages.query(1, ("a".repeat(63) + ".").repeat(3) + "example", Wire.A);
        var asked = Query.read(query);
        var cache = new AnswerCache(10, 4 << 20);
        for (int records : new int[] {60, 4000}) {
            var all = Messages.answer(query, 0, records, 0);
            for (int i = 0; i < records; i++) {
                all.u16(0xC00C).record(Wire.A, 60, new byte[4]);
            }
            var answer = ForwardedAnswer.read(all.toByteArray(), asked.name(), Wire.A, 0);
            // Each has the owner's name for itself.
            assertTrue(answer.size() > records * 250, records + " records: " + answer.size());
            cache.put(asked.key(), answer);
            assertEquals(records == 60, cache.find(asked.key(), 1) == answer);
        }
    }

    @Test
    void aConnectionThatAsksMuchAtOnceLeavesRoomForOthers() throws Exception {
        try (var rig = new Rig(directory, 1, "", 40);
                var socket = new Socket(InetAddress.getLoopbackAddress(), rig.server.port())) {
            var all = new Messages.Bytes();
            for (int i = 0; i < 60; i++) {
                byte[] query = Messages.query(i, "n" + i + ".example", Wire.A);
                all.u16(query.length).writeBytes(query);
            }
            socket.getOutputStream().write(all.toByteArray());
            var first = rig.upstream(0).next();
            for (int i = 1; i < 32; i++) {
                assertEquals("n" + i + ".example", asked(rig.upstream(0).next()));
            }
            rig.client.send(Messages.query(1, "other.example", Wire.A));
            assertEquals("other.example", asked(rig.upstream(0).next()));
            rig.upstream(0).send(Messages.address(first.query(), 60, "192.0.2.1"), first.client());
            assertEquals("n32.example", asked(rig.upstream(0).next()));
            assertEquals(0, rig.count(DnsEvent.OVERLOAD));
        }
    }

    private static String asked(Upstream.Asked asked) throws Malformed {
        return Query.read(asked.query()).name().text();
    }

    @Test
    void whateverComesIsReadOrRefused() {
        var random = new Random(42);
        byte[] query = Messages.query(1, "orders.default.svc.cluster.local", Wire.A, 1232);
        byte[] answer = Messages.answer(Messages.query(1, "a.example", Wire.A), 0, 2, 1)
                .u16(0xC00C)
                .record(Wire.CNAME, 60, new byte[] {1, 'b', (byte) 0xC0, 14})
                .u16(0xC00C)
                .record(Wire.A, 60, new byte[4])
                .soa(60, 60)
                .toByteArray();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] message = (i % 2 == 0 ? query : answer).clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            message = Arrays.copyOf(message, Math.max(Wire.HEADER, message.length - random.nextInt(8)));
            try {
                var asked = Query.read(message);
                var forwarded = ForwardedAnswer.read(message, asked.name(), asked.type(), 0);
                forwarded.expires();
                forwarded.openChain(asked.name(), 5);
                forwarded.chainEnd(asked.name());
                assertTrue(forwarded.message(asked, 512, 5).length <= 512);
                read++;
            } catch (Malformed e) {
                refused++;
            }
        }
        assertTrue(read > 1000 && refused > 1000, read + " read, " + refused + " refused");
    }
}
