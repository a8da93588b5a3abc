package dev.weft.proxy.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class ClientAddressTest {
    private static String of(String address) {
        return ClientAddress.of(new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(address, 4711);
            }
        });
    }

    @Test
    void aClientOfAnotherHostIsItsAddressWithoutThePort() {
        assertEquals("10.1.0.7", of("10.1.0.7"));
        assertEquals("2001:db8::1", of("2001:db8:0:0:0:0:0:1"));
    }

    @Test
    void aClientOfThisHostIsNobodyInParticular() {
        assertNull(of("127.0.0.1"));
        assertNull(of("::1"));
    }
}
