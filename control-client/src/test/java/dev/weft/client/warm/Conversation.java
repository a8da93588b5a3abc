package dev.weft.client.warm;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.ads.Ending;
import dev.weft.client.ads.Step;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.report.Log;
import dev.weft.client.resource.CertificateSource;
import dev.weft.client.resource.ResourceReader;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.snapshot.Snapshot;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The client's core, with a control plane played by the test and time turned by hand. */
final class Conversation {
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1000 * MILLI;

    final List<Snapshot> snapshots = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final List<DeltaDiscoveryRequest> sent = new ArrayList<>();
    /** The same as bytes, in whatever form of the protocol. */
    final List<byte[]> raw = new ArrayList<>();

    /** What was to be done with streams to servers of other authorities. */
    final List<Work.Stream> beside = new ArrayList<>();

    final List<Integer> servers = new ArrayList<>();
    /** What the application is said to have called since the last look. */
    Set<String> called = Set.of();

    int probes;

    final List<String> resolving = new ArrayList<>();
    byte @Nullable [] saved;
    int connects;
    private boolean connecting;
    String disconnected = "";
    long now = 1000 * SECOND;
    private int nonce;
    final ControlCore core;

    private final Profile profile;

    Conversation() {
        this(Profile.WEFT);
    }

    Conversation(Profile profile) {
        this(profile, Map.of());
    }

    /** @param authorities of names, with the line of each */
    Conversation(Profile profile, Map<String, Integer> authorities) {
        this(profile, authorities, CertificateSource.NONE);
    }

    Conversation(Profile profile, Map<String, Integer> authorities, CertificateSource certificates) {
        this.profile = profile;
        var random = new Random(7);
        core = new ControlCore(
                profile,
                authorities,
                "default",
                null,
                new ResourceReader(certificates),
                new RandomSource() {
                    @Override
                    public int below(int bound) {
                        return random.nextInt(bound);
                    }

                    @Override
                    public long bits() {
                        return random.nextLong();
                    }
                },
                new Log() {
                    @Override
                    public void info(String message) {
                        log.add(message);
                    }

                    @Override
                    public void warn(String message) {
                        log.add(message);
                    }
                },
                () -> called,
                snapshots::add,
                now);
    }

    /** Does what the core asks for until it is idle. */
    Conversation run() {
        for (var work = core.next(now); work != null; work = core.next(now)) {
            if (work instanceof Work.Save save) {
                saved = save.file();
            } else if (work instanceof Work.Resolve resolve) {
                resolving.add(resolve.host());
            } else if (work instanceof Work.Stream stream) {
                if (stream.line() == 0) {
                    perform(stream.step());
                } else {
                    beside.add(stream);
                }
            }
        }
        return this;
    }

    private void perform(Step step) {
        if (step instanceof Step.Connect connect) {
            connects++;
            servers.add(connect.server());
            connecting = true;
        } else if (step instanceof Step.Disconnect disconnect) {
            disconnected = disconnect.why();
            connecting = false;
        } else if (step instanceof Step.Probe) {
            probes++;
        } else if (step instanceof Step.Send send) {
            raw.add(send.request());
            if (!profile.delta()) {
                return;
            }
            try {
                sent.add(DeltaDiscoveryRequest.parseFrom(send.request()));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Lets time pass, waking the core whenever it asked for it. */
    Conversation pass(long nanos) {
        long end = now + nanos;
        for (long at = core.wakeAt(); at <= end; at = core.wakeAt()) {
            now = Math.max(now, at);
            run();
        }
        now = end;
        return run();
    }

    /** Opens the stream, at the next moment when the client tries to. */
    Conversation open() {
        return open(Set.of());
    }

    Conversation open(Set<String> features) {
        untilConnecting();
        connecting = false;
        core.opened(0, new byte[] {10, 1, 'n'}, features, now);
        return run();
    }

    Conversation close() {
        return close(Ending.BROKEN, "UNAVAILABLE");
    }

    Conversation close(Ending ending, String why) {
        connecting = false;
        core.closed(0, ending, why, now);
        return run();
    }

    /** Passes the time until the client tries to connect; returns how long that was. */
    long untilConnecting() {
        long from = now;
        run();
        while (!connecting) {
            pass(Math.max(1, core.wakeAt() - now));
        }
        return now - from;
    }

    DeltaDiscoveryResponse.Builder response(String type) {
        return DeltaDiscoveryResponse.newBuilder().setTypeUrl(type).setNonce("n" + ++nonce);
    }

    static Resource resource(String name, String version, Message message) {
        return resource(name, version, Xds.any(message));
    }

    static Resource resource(String name, String version, Any any) {
        return Resource.newBuilder()
                .setName(name)
                .setVersion(version)
                .setResource(any)
                .build();
    }

    Conversation receive(DeltaDiscoveryResponse.Builder response) {
        core.received(0, response.build().toByteArray(), now);
        return run();
    }

    Conversation give(String type, String name, String version, Message message) {
        return receive(response(type).addResources(resource(name, version, message)));
    }

    Conversation remove(String type, String name) {
        return receive(response(type).addRemovedResources(name));
    }

    Conversation directory(String... services) {
        return give(Xds.DIRECTORY, "default", "d" + services.length, Xds.directory(services));
    }

    /** Brings a service up as far as its endpoints. */
    Conversation warm(String service, int port) {
        String cluster = Xds.cluster(service);
        ask(service);
        run();
        give(Xds.LDS, Xds.host(service), "1", Xds.listener(Xds.host(service), cluster));
        give(Xds.RDS, cluster, "1", Xds.routes(service, cluster));
        give(Xds.CDS, cluster, "1", Xds.eds(cluster));
        return give(Xds.EDS, cluster, "1", Xds.endpoints(cluster, port));
    }

    AtomicReference<@Nullable Answer> ask(String host) {
        var answer = new AtomicReference<@Nullable Answer>();
        core.ask(new Question.Warm(host, 80, false), answer::set, now);
        return answer;
    }

    /** For a call that can't be made without the mesh. */
    AtomicReference<@Nullable Answer> askInAnyCase(String host) {
        var answer = new AtomicReference<@Nullable Answer>();
        core.ask(new Question.Warm(host, 80, true), answer::set, now);
        return answer;
    }

    Snapshot last() {
        return snapshots.isEmpty() ? Snapshot.EMPTY : snapshots.get(snapshots.size() - 1);
    }

    /** The ports of a live cluster's endpoints; null when there is no such cluster. */
    @Nullable
    List<Integer> ports(String cluster) {
        var live = last().clusters().get(cluster);
        return live == null
                ? null
                : live.endpoints().stream().map(e -> e.address().getPort()).toList();
    }

    /** What was sent of a type since the last look. */
    List<DeltaDiscoveryRequest> take(String type) {
        var all = sent.stream().filter(r -> r.getTypeUrl().equals(type)).toList();
        sent.removeAll(all);
        return all;
    }

    Map<String, String> refused() {
        Map<String, String> all = new HashMap<>();
        core.status().refused().forEach(r -> all.put(r.name(), String.join(", ", r.reasons())));
        return all;
    }
}
