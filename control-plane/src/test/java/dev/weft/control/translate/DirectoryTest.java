package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.queue.ManualQueue;
import dev.weft.control.store.Resource;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Source;
import dev.weft.control.store.Types;
import dev.weft.protocol.v1.ServiceName;
import dev.weft.protocol.v1.ServiceNames;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of names, whole and in parts. */
class DirectoryTest {
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Directory directory = new Directory(store, new ManualQueue(), new Names("cluster.local"));
    private final Set<String> changed = new TreeSet<>();

    DirectoryTest() {
        Objects.requireNonNull(store.of(Types.SERVICE_NAMES)).subscribeAll(changed::add);
        directory.wanted(Types.SERVICE_NAMES, "default");
    }

    private static String host(String service) {
        return service + ".default.svc.cluster.local";
    }

    private void put(String host, String... addresses) {
        directory.put("", host, "default", List.of(), List.of(addresses));
    }

    private void services(int count) {
        for (int i = 0; i < count; i++) {
            put(host("s" + i));
        }
        changed.clear();
    }

    private static ServiceNames read(Resource resource) {
        try {
            return resource.body().unpack(ServiceNames.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private ServiceNames read(String name) {
        return read(Objects.requireNonNull(source().get(name), name));
    }

    private Source source() {
        return Objects.requireNonNull(store.of(Types.SERVICE_NAMES));
    }

    /** Every name of the namespace, with the host that it stands for; each once. */
    private Map<String, String> names() {
        Map<String, String> all = new TreeMap<>();
        int parts = read("default").getParts();
        List<String> resources = parts == 0 ? List.of("default") : new Parts("default", parts).all();
        for (String name : resources) {
            for (ServiceName service : read(name).getServicesList()) {
                assertNull(all.put(service.getHost(), service.getHost()), service.getHost());
                service.getAliasesList().forEach(alias -> assertNull(all.put(alias, service.getHost()), alias));
            }
        }
        return all;
    }

    @Test
    void aShortListIsOneResource() {
        services(64);
        assertEquals(0, read("default").getParts());
        assertEquals(64 * 4, names().size());
        assertEquals(List.of("default"), List.copyOf(source().names()));
    }

    @Test
    void aLongListStandsInPartsThatTogetherHaveEveryHostOnce() {
        services(1_000);
        assertEquals(16, read("default").getParts());
        assertEquals(1_000 * 4, names().size());
        assertEquals(17, source().names().size());
    }

    @Test
    void aServiceThatComesOrGoesChangesItsOwnPartAlone() {
        services(1_000);
        put(host("new"));
        assertEquals(Set.of(new Parts("default", 16).part(host("new"))), changed);
        assertEquals(host("new"), names().get("new"));
        changed.clear();
        directory.remove("", host("new"));
        assertEquals(Set.of(new Parts("default", 16).part(host("new"))), changed);
        assertNull(names().get("new"));
    }

    @Test
    void aListThatGrowsStandsInMorePartsAndOneThatShrinksInFewer() {
        services(128);
        assertEquals(2, read("default").getParts());
        put(host("more"));
        assertEquals(4, read("default").getParts());
        assertEquals(129 * 4, names().size());
        assertEquals(5, source().names().size());
        // Not at once back again, where one service comes and goes.
        directory.remove("", host("more"));
        assertEquals(4, read("default").getParts());
        for (int i = 0; i < 128; i++) {
            directory.remove("", host("s" + i));
        }
        assertEquals(0, read("default").getServicesCount());
        assertEquals(List.of("default"), List.copyOf(source().names()));
    }

    @Test
    void aHostThatIsWhatAnotherIsCalledByTakesThatNameAlsoFromAnotherPart() {
        services(1_000);
        put("s7");
        assertEquals("s7", names().get("s7"));
        assertEquals(host("s7"), names().get("s7.default"));
        directory.remove("", "s7");
        assertEquals(host("s7"), names().get("s7"));
    }

    @Test
    void anAddressIsTheFirstHostsThatNamesItAlsoAcrossParts() {
        services(1_000);
        put("b.example.com", "10.9.9.9");
        put("a.example.com", "10.9.9.9");
        assertEquals("a.example.com", names().get("10.9.9.9"));
        directory.remove("", "a.example.com");
        assertEquals("b.example.com", names().get("10.9.9.9"));
    }

    @Test
    void anotherNamespaceHasAListAndPartsOfItsOwn() {
        services(200);
        directory.put("shop", "inner.example.com", "shop", List.of(443), List.of());
        directory.wanted(Types.SERVICE_NAMES, "shop");
        assertEquals(4, read("shop").getParts());
        List<ServiceName> inner = new Parts("shop", 4)
                .all().stream()
                        .flatMap(part -> read(part).getServicesList().stream())
                        .filter(service -> service.getHost().equals("inner.example.com"))
                        .toList();
        assertEquals(List.of(443), inner.get(0).getPortsList());
        assertTrue(names().containsKey("s0"));
        assertNull(names().get("inner.example.com"));
    }

    @Test
    void nobodyMakesAListByAskingForAPart() {
        directory.wanted(Types.SERVICE_NAMES, "other/2/0");
        assertNull(source().get("other/2/0"));
    }
}
