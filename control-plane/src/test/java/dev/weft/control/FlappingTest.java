package dev.weft.control;

import static dev.weft.control.Eventually.eventually;
import static dev.weft.control.store.Types.ENDPOINTS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.control.log.Log;
import dev.weft.control.queue.ThreadQueue;
import dev.weft.control.registry.ConflictException;
import dev.weft.control.registry.Graces;
import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Registration;
import dev.weft.control.registry.Registry;
import dev.weft.control.registry.State;
import dev.weft.control.serve.AdsService;
import dev.weft.control.serve.Limits;
import dev.weft.control.serve.LoadService;
import dev.weft.control.serve.Loads;
import dev.weft.control.serve.XdsServer;
import dev.weft.control.store.ResourceStore;
import dev.weft.control.store.Types;
import dev.weft.control.translate.Directory;
import dev.weft.control.translate.Names;
import dev.weft.control.translate.Translator;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A hundred thousand instances that fail and come back, all of them, again and again. */
@Tag("long")
@Isolated // it looks at the heap
class FlappingTest {
    private static final int SERVICES = 1_000;
    private static final int EACH = 100;
    private static final int CLIENTS = 50;
    private static final int NAMES = 20;
    private static final int ROUNDS = 4;
    private static final long MIB = 1024 * 1024;

    private final Log log = new Log(new PrintStream(OutputStream.nullOutputStream()), Clock.systemUTC(), false);
    private final ThreadQueue queue = new ThreadQueue("test", log);
    private final ResourceStore store = new ResourceStore(Types.SHARED);
    private final Registry registry = new Registry(queue, log, "cluster.local", Graces.DEFAULT);
    private final LongAdder received = new LongAdder();

    private static String host(int service) {
        return "s" + service + ".default.svc.cluster.local";
    }

    private static String address(int number) {
        return "10." + number / 62_500 + "." + number / 250 % 250 + "." + (number % 250 + 1);
    }

    private static String service(int number) {
        return "s" + number % SERVICES;
    }

    private void put(int number) {
        try {
            registry.put(new Registration(
                    service(number),
                    "default",
                    address(number),
                    80,
                    "http",
                    Map.of(),
                    "",
                    "",
                    1,
                    State.UP,
                    Duration.ofHours(1),
                    null));
        } catch (ConflictException e) {
            throw new IllegalStateException(e);
        }
    }

    private void flap(int number, State state) {
        try {
            registry.renew(new Instance.Key(host(number % SERVICES), address(number), 80), state);
        } catch (ConflictException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A caller of some services, which counts the instances that it may call. */
    private final class Caller implements StreamObserver<DeltaDiscoveryResponse> {
        private final Map<String, Integer> sizes = new ConcurrentHashMap<>();
        private final List<String> wanted;
        private final StreamObserver<DeltaDiscoveryRequest> stream;

        Caller(ManagedChannel channel, int number) {
            wanted = IntStream.range(0, NAMES)
                    .mapToObj(i -> "outbound|0||" + host((number * NAMES + i) % SERVICES))
                    .toList();
            stream = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(this);
        }

        synchronized void begin() {
            stream.onNext(ScriptedClient.request(ENDPOINTS)
                    .addAllResourceNamesSubscribe(wanted)
                    .build());
        }

        @Override
        public synchronized void onNext(DeltaDiscoveryResponse response) {
            for (Resource resource : response.getResourcesList()) {
                received.increment();
                try {
                    sizes.put(
                            resource.getName(),
                            resource.getResource().unpack(ClusterLoadAssignment.class).getEndpointsList().stream()
                                    .mapToInt(locality -> locality.getLbEndpointsCount())
                                    .sum());
                } catch (InvalidProtocolBufferException e) {
                    sizes.put(resource.getName(), -1);
                }
            }
            stream.onNext(ScriptedClient.request(ENDPOINTS)
                    .setResponseNonce(response.getNonce())
                    .build());
        }

        @Override
        public void onError(Throwable failure) {
            sizes.clear();
        }

        @Override
        public void onCompleted() {
            sizes.clear();
        }

        boolean sees(int size) {
            return wanted.stream().allMatch(name -> sizes.getOrDefault(name, -1) == size);
        }
    }

    @Test
    void eachIsTakenInButCallersHearOfThemTogether() throws Exception {
        Names names = new Names("cluster.local");
        Directory directory = new Directory(store, queue, names);
        AdsService ads = new AdsService(queue, log, store, registry, directory::wanted, Limits.DEFAULT, "weft/test");
        Translator translator = new Translator(registry, store, directory, names, log, ads::later, false);
        registry.listen(translator);
        ManagedChannel channel = null;
        try (queue;
                XdsServer server = new XdsServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        ads,
                        new LoadService(queue, log, store, new Loads(store), Limits.DEFAULT, Duration.ofSeconds(10)),
                        Limits.DEFAULT,
                        null)) {
            int all = SERVICES * EACH;
            for (int i = 0; i < all; i++) {
                int number = i;
                queue.execute(() -> put(number));
            }
            channel = NettyChannelBuilder.forAddress(server.address())
                    .usePlaintext()
                    .directExecutor()
                    .build();
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Caller caller = new Caller(channel, i);
                callers.add(caller);
                caller.begin();
            }
            eventually("all see all", () -> callers.stream().allMatch(caller -> caller.sees(EACH)));
            long before = received.sum();
            long written = changes();
            long heap = 0;
            for (int round = 0; round < ROUNDS; round++) {
                State state = round % 2 == 0 ? State.DOWN : State.UP;
                for (int i = 0; i < all; i++) {
                    int number = i;
                    queue.execute(() -> flap(number, state));
                }
                int left = round % 2 == 0 ? 0 : EACH;
                eventually("all see it", () -> callers.stream().allMatch(caller -> caller.sees(left)));
                heap = round == 1 ? used() : heap;
            }
            long changes = (long) all * ROUNDS;
            long pushes = received.sum() - before;
            long writes = changes() - written;
            System.out.println("flapping: " + changes + " changes, " + writes + " assignments written, " + pushes
                    + " pushed to " + CLIENTS + " callers of " + NAMES + " services");
            assertTrue(writes <= changes / 20, writes + " writes for " + changes + " changes");
            assertTrue(pushes <= changes / 20, pushes + " pushes for " + changes + " changes");
            long grown = used() - heap;
            assertTrue(grown < 64 * MIB, "the heap has grown by " + grown / MIB + " MiB since the second round");
        } finally {
            if (channel != null) {
                channel.shutdownNow();
            }
        }
    }

    private long changes() {
        return CompletableFuture.supplyAsync(store::changes, queue::execute).join();
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
