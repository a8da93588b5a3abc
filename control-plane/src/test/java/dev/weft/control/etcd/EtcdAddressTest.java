package dev.weft.control.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.etcd.EtcdAddress.Member;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a store is named. */
class EtcdAddressTest {
    @Test
    void membersPrefixAndTlsAreRead() {
        EtcdAddress address = EtcdAddress.parse("etcds://a.example:2379,[fd00::1]:2380/weft/prod");
        assertEquals(
                new EtcdAddress(
                        true, List.of(new Member("a.example", 2379), new Member("fd00::1", 2380)), "/weft/prod"),
                address);
        assertEquals("etcds://a.example:2379,[fd00::1]:2380/weft/prod", address.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd://127.0.0.1:2379",
                "etcd://127.0.0.1:2379/",
                "etcd://127.0.0.1:2379/weft/",
                "etcd://127.0.0.1:2379//weft",
                "etcd://127.0.0.1:2379/we ft",
                "etcd://127.0.0.1/weft",
                "etcd://127.0.0.1:0/weft",
                "etcd://127.0.0.1:65536/weft",
                "etcd://a:1,/weft",
                "etcd://user@a:1/weft",
                "http://127.0.0.1:2379/weft",
                "127.0.0.1:2379"
            })
    void whatIsNoneIsNamed(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> EtcdAddress.parse(text))
                .getMessage();
        assertTrue(message.contains(text), message);
    }
}
