package dev.weft.proxy.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/** Names in the first message of TLS, whoever has written it. */
public class ClientHelloTest {
    private static final int HEADER = 5;

    /** What the JDK's own client begins with. */
    public static byte[] hello(String name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        if (!name.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        byte[] hello = new byte[out.flip().remaining()];
        out.get(hello);
        return hello;
    }

    private static String name(byte[] bytes, int octets) {
        return ClientHello.name(Unpooled.wrappedBuffer(bytes, 0, octets));
    }

    @Test
    void theNameIsKnownWithTheWholeMessageAndNotBefore() throws Exception {
        byte[] hello = hello("Vault.Example.com");
        for (int octets = 0; octets < hello.length; octets++) {
            assertNull(name(hello, octets), "after " + octets);
        }
        assertEquals("vault.example.com", name(hello, hello.length));
        assertEquals("", name(hello(""), hello("").length));
    }

    @Test
    void aMessageInManyRecordsIsReadAsOne() throws Exception {
        byte[] hello = hello("vault.example.com");
        for (int each : new int[] {1, 2, 7, 100}) {
            ByteBuf out = Unpooled.buffer();
            for (int at = HEADER; at < hello.length; at += each) {
                int here = Math.min(each, hello.length - at);
                out.writeByte(22).writeByte(3).writeByte(1).writeShort(here).writeBytes(hello, at, here);
            }
            assertEquals("vault.example.com", ClientHello.name(out), each + " octets in each record");
            assertNull(ClientHello.name(out.slice(0, 50)));
        }
    }

    @Test
    void whateverComesNothingIsThrownAndNothingMoved() throws Exception {
        byte[] hello = hello("vault.example.com");
        Random random = new Random(7);
        int known = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] other = hello.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                other[random.nextInt(other.length)] = (byte) random.nextInt(256);
            }
            ByteBuf in = Unpooled.wrappedBuffer(other, 0, 1 + random.nextInt(other.length));
            int before = in.readableBytes();
            String name = ClientHello.name(in);
            assertEquals(before, in.readableBytes());
            known += name != null && !name.isEmpty() ? 1 : 0;
        }
        assertTrue(known > 0);
    }

    @Test
    void whatIsLongerThanAnyIsNotWaitedFor() {
        byte[] claims = new byte[ClientHello.MOST];
        claims[0] = 22;
        claims[1] = 3;
        claims[3] = (byte) 0xFF;
        claims[4] = (byte) 0xFF;
        assertNull(name(claims, ClientHello.MOST - 1));
        assertEquals("", name(claims, ClientHello.MOST));
    }

    @Test
    void aNameOfStrangeOctetsIsNone() throws Exception {
        byte[] hello = hello("vault.example.com");
        String text = new String(hello, java.nio.charset.StandardCharsets.ISO_8859_1);
        hello[text.indexOf("vault")] = 0;
        assertEquals("", name(hello, hello.length));
    }
}
