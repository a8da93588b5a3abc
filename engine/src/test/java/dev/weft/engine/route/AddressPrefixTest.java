package dev.weft.engine.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPrefixTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.1.1, 32, 192.168.1.1/32",
        "192.168.1.1, 24, 192.168.1.0/24",
        "192.168.255.1, 17, 192.168.128.0/17",
        "255.255.255.255, 1, 128.0.0.0/1",
        "192.168.1.1, 0, 0.0.0.0/0",
        "2001:abcd:ef01:2345:6789:abcd:ef01:234, 128, 2001:abcd:ef01:2345:6789:abcd:ef01:234/128",
        "2001:abcd:ef01:2345:6789:abcd:ef01:234, 64, 2001:abcd:ef01:2345::/64",
        "2001:db8:ffff::1, 37, 2001:db8:f800::/37",
        "::1, 0, ::/0",
    })
    void anAddressIsInANetwork(String address, int bits, String network) {
        assertEquals(network, AddressPrefix.of(address, Math.min(bits, 32), bits));
    }

    /** Nobody is asked for the address of a name: the answer could take its time, and would be somebody else's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unknown",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1..2.3",
                "1.2.3.4 ",
                "12345",
                ":x:"
            })
    void whatIsNoAddressIsInNone(String text) {
        assertNull(AddressPrefix.of(text, 24, 64));
    }
}
