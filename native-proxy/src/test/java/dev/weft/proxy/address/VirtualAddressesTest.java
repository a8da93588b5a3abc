package dev.weft.proxy.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that services are given, and the ranges that they come from. */
class VirtualAddressesTest {
    private static final Cidr SMALL = Cidr.parse("240.1.2.0/24");
    private static final long MINUTE = 60_000_000_000L;

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("s" + i + ".default.svc.cluster.local");
        }
        return names;
    }

    @Test
    void eachServiceHasItsOwnAndIsFoundByIt() {
        var addresses = new VirtualAddresses(VirtualAddresses.DEFAULT_IPV4, Cidr.parse("2001:2::/48"));
        var given = addresses.assign(names(2000), 0);
        Set<InetAddress> all = new HashSet<>();
        given.forEach((name, own) -> {
            assertEquals(2, own.size());
            assertEquals(4, own.get(0).getAddress().length);
            own.forEach(address -> {
                assertTrue(addresses.owns(address), address + "");
                assertEquals(name, addresses.service(address));
                int last = address.getAddress()[address.getAddress().length - 1];
                assertTrue(last != 0 && last != -1, address + "");
            });
            all.addAll(own);
        });
        assertEquals(4000, all.size());
    }

    @Test
    void theSameNamesGetTheSameAfterARestartInWhateverOrder() {
        var names = names(200);
        var before = new VirtualAddresses(SMALL, null).assign(names, 0);
        Collections.shuffle(names, new Random(1));
        assertEquals(before, new VirtualAddresses(SMALL, null).assign(names, 5));
    }

    @Test
    void whatIsGivenStaysWhenOthersComeAndGo() {
        var addresses = new VirtualAddresses(SMALL, null);
        var before = addresses.assign(names(100), 0);
        var after = addresses.assign(names(200), 1);
        before.forEach((name, own) -> assertEquals(own, after.get(name)));
    }

    @Test
    void theAddressOfOneThatLeftIsKeptFromOthersForTenMinutes() {
        var addresses = new VirtualAddresses(SMALL, null);
        var names = names(254);
        var first = addresses.assign(names, 0);
        InetAddress old = first.get(names.get(0)).get(0);
        addresses.assign(names.subList(1, 254), MINUTE);
        assertNull(addresses.service(old));
        var others = new ArrayList<>(names.subList(1, 254));
        others.add("new");
        assertNull(addresses.assign(others, 10 * MINUTE).get("new"));
        assertEquals(List.of(old), addresses.assign(others, 11 * MINUTE).get("new"));
        assertNull(addresses.assign(names, 11 * MINUTE).get(names.get(0))); // too late
    }

    @Test
    void oneThatComesBackInTimeHasItsOldOne() {
        var addresses = new VirtualAddresses(SMALL, null);
        var before = addresses.assign(names(3), 0);
        addresses.assign(names(1), MINUTE);
        assertEquals(before, addresses.assign(names(3), 9 * MINUTE));
        assertEquals(before, addresses.assign(names(3), 30 * MINUTE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "x", "10.0.0", "fd::/129", ""})
    void whatIsNoRangeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    }

    @Test
    void rangesKnowWhatIsInThem() throws Exception {
        var range = Cidr.parse("10.16.0.0/12");
        assertTrue(range.contains(InetAddress.getByName("10.31.255.255")));
        assertFalse(range.contains(InetAddress.getByName("10.32.0.0")));
        assertFalse(range.contains(InetAddress.getByName("fd00::1")));
        assertTrue(Cidr.parse("::/0").contains(InetAddress.getByName("fd00::1")));
        byte[] local = InetAddress.getByName("fe80::1").getAddress();
        assertEquals("fe80:0:0:0:0:0:0:1/128", new Cidr(Inet6Address.getByAddress(null, local, 1), 128).toString());
        assertEquals("10.0.0.7/32", Cidr.parse("10.0.0.7").toString());
        assertNotEquals(Cidr.parse("10.0.0.0/8"), Cidr.parse("10.0.0.0/9"));
    }

    @Test
    void rangesOfVirtualAddressesHaveRoom() {
        assertThrows(IllegalArgumentException.class, () -> new VirtualAddresses(Cidr.parse("10.0.0.0/25"), null));
        assertThrows(IllegalArgumentException.class, () -> new VirtualAddresses(SMALL, Cidr.parse("10.0.0.0/8")));
    }
}
