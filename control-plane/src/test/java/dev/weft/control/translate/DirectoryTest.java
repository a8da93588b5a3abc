package dev.weft.control.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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

    /** Clients that follow the lists of their namespaces, and nobody beside them. */
    private static final class Followed {
        final ResourceStore store = new ResourceStore(Types.SHARED);
        final Directory directory = new Directory(store, new ManualQueue(), new Names("cluster.local"));
        final Source source = Objects.requireNonNull(store.of(Types.SERVICE_NAMES));
        final Source.Watcher client = name -> {};

        void follow(String namespace) {
            directory.wanted(Types.SERVICE_NAMES, namespace);
            source.subscribe(namespace, client);
        }

        void put(int services) {
            for (int i = 0; i < services; i++) {
                directory.put("", host("s" + i), "default", List.of(), List.of());
            }
        }
    }

    @Test
    void namespacesOfClientsThatHaveLeftTakeNoRoomFromThoseThatCome() {
        Followed all = new Followed();
        all.put(1);
        for (int i = 0; i < 1_000; i++) {
            all.follow("preview-" + i);
        }
        all.follow("one-too-many");
        assertNull(all.source.get("one-too-many"));
        all.source.unsubscribe("preview-7", all.client);
        assertNotNull(all.source.get("preview-7"), "it may be back in a moment");
        all.follow("next");
        assertNotNull(all.source.get("next"));
        assertNull(all.source.get("preview-7"));
        assertNotNull(all.source.get("preview-8"));
    }

    @Test
    void aListThatNobodyFollowsIsForgottenWithItsPartsWhenItWouldChangeAndIsTheSameForTheNextWhoAsks() {
        Followed all = new Followed();
        all.put(200);
        all.follow("default");
        all.follow("shop");
        all.source.subscribe("default/4/0", all.client);
        Resource part = Objects.requireNonNull(all.source.get("default/4/0"));
        all.source.unsubscribe("default/4/0", all.client);
        all.source.unsubscribe("default", all.client);
        all.put(201);
        assertNull(all.source.get("default"));
        assertNull(all.source.get("default/4/0"));
        assertEquals(5, all.source.names().size(), "those of shop");
        all.directory.remove("", host("s200"));
        all.follow("default");
        assertEquals(part, all.source.get("default/4/0"));
    }
}
