package dev.weft.control.etcd;

import com.google.protobuf.ByteString;
import dev.weft.control.etcd.v3.Compare;
import dev.weft.control.etcd.v3.DeleteRangeRequest;
import dev.weft.control.etcd.v3.KeyValue;
import dev.weft.control.etcd.v3.LeaseGrantRequest;
import dev.weft.control.etcd.v3.LeaseRevokeRequest;
import dev.weft.control.etcd.v3.PutRequest;
import dev.weft.control.etcd.v3.RequestOp;
import dev.weft.control.etcd.v3.TxnRequest;
import dev.weft.control.etcd.v3.TxnResponse;
import dev.weft.control.etcd.v3.WatchResponse;
import dev.weft.control.keep.SharedStore;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.log.Log;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What replicas share, below one prefix in etcd. It is connected to one member at a time; when that fails
 * or has lost its leader, the next one is asked. Each new connection looks at everything again and tells
 * what is different, so that neither a lost watch nor a compaction costs a change.
 *
 * <p>A replica's own name, below {@link SharedStore#REPLICAS}, stands on a lease: etcd takes it away when
 * the replica has not been heard of for {@link Pace#lease}.
 */
public final class EtcdStore implements SharedStore {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final EtcdAddress address;
    private final Credentials credentials;
    private final Channels channels;
    private final Pace pace;
    private final Log log;
    private final String replica;
    private final Map<String, Follower> followers = new LinkedHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "weft-store");

    /** Revisions by name, of what followers have been told. */
    private final Map<String, Map<String, Long>> known = new HashMap<>();

    private volatile CompletableFuture<Session> session = new CompletableFuture<>();
    private volatile @Nullable Away away;
    private volatile long lease;

    /** @param nanos the same on a clock that nobody can set */
    private record Away(Instant since, long nanos, String why) {
        static Away now(String why) {
            return new Away(Instant.now(), System.nanoTime(), why);
        }

        Away because(String newWhy) {
            return new Away(since, nanos, newWhy);
        }

        boolean isLongerThan(Duration wait) {
            return System.nanoTime() - nanos > wait.toNanos();
        }
    }

    /**
     * How long things may take.
     *
     * @param lease after so much silence a replica has gone
     * @param beat how often it says that it is there
     * @param longestPause before another member is tried
     * @param patience with one answer; a change waits as long for a connection: to go over to another member takes less
     */
    record Pace(Duration lease, Duration beat, Duration longestPause, Duration patience) {
        static final Pace DEFAULT =
                new Pace(Duration.ofSeconds(12), Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(3));
    }

    /** It is asked from {@link #start} on. */
    public EtcdStore(EtcdAddress address, Credentials credentials, Log log) {
        this(address, credentials, Pace.DEFAULT, log);
    }

    EtcdStore(EtcdAddress address, Credentials credentials, Pace pace, Log log) {
        this.pace = pace;
        this.address = address;
        this.credentials = credentials;
        this.channels = new Channels(address, credentials);
        this.log = log;
        byte[] random = new byte[6];
        new Random().nextBytes(random);
        this.replica = ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
        thread.setDaemon(true);
        away = Away.now("it has not been asked yet");
    }

    @Override
    public String replica() {
        return replica;
    }

    @Override
    public void follow(String folder, Follower follower) {
        followers.put(folder, follower);
        known.put(folder, new HashMap<>());
    }

    /**
     * Returns when followers have been told of all there is.
     *
     * @param patience how long is waited for that
     * @throws IOException when the store doesn't answer, with a message for people
     */
    public void start(Duration patience) throws IOException {
        thread.start();
        try {
            session.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            Away now = away;
            throw new IOException("the store " + address + " can't be reached: " + (now == null ? e : now.why()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the store was asked", e);
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            for (int turn = 0; closed.getCount() > 0; turn++) {
                EtcdAddress.Member member =
                        address.members().get(turn % address.members().size());
                try {
                    serve(member);
                } catch (IOException | RuntimeException e) {
                    pause = session.isDone() ? FIRST_PAUSE : pause;
                    lost(member, Failure.text(e));
                }
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                Duration next = pause.multipliedBy(2);
                pause = next.compareTo(pace.longestPause()) > 0 ? pace.longestPause() : next;
            }
        } catch (InterruptedException e) {
            log.debug("store: ended");
        }
    }

    private void serve(EtcdAddress.Member member) throws IOException, InterruptedException {
        ManagedChannel connection = channels.open(member);
        try {
            Session now = new Session(connection, channels, credentials, pace.patience());
            lease = now.call(
                            Rpc.GRANT,
                            LeaseGrantRequest.newBuilder()
                                    .setTTL(pace.lease().toSeconds())
                                    .build())
                    .getID();
            now.call(
                    Rpc.PUT,
                    PutRequest.newBuilder()
                            .setKey(key(REPLICAS + "/" + replica))
                            .setLease(lease)
                            .build());
            now.watch(address.prefix() + "/", look(now) + 1);
            found(member, now);
            now.follow(lease, pace.beat(), this::heard);
        } finally {
            connection.shutdownNow();
        }
    }

    private void found(EtcdAddress.Member member, Session now) {
        away = null;
        session.complete(now);
        int names = known.values().stream().mapToInt(Map::size).sum();
        log.info("store: " + address + " answers, at " + member + ": " + names + " names");
    }

    private void lost(EtcdAddress.Member member, String why) {
        Away before = away;
        String said = member + ": " + why;
        away = before == null ? Away.now(said) : before.because(said);
        if (renewed(null)) {
            log.warn("store lost", "store: lost, what is known stays in force and nothing can be changed: " + said);
        } else {
            log.warn("store away", "store: " + address + " does not answer: " + said);
        }
    }

    /** Everything anew, at one revision; folders in the order in which they were followed. */
    private long look(Session now) {
        long revision = 0;
        for (String folder : followers.keySet()) {
            Map<String, Long> before = known.getOrDefault(folder, Map.of());
            Map<String, Long> found = new HashMap<>();
            revision = now.list(address.prefix() + "/" + folder + "/", revision, page -> {
                List<Event> changed = new ArrayList<>();
                for (KeyValue one : page.getKvsList()) {
                    String name = name(one);
                    found.put(name, one.getModRevision());
                    if (!Long.valueOf(one.getModRevision()).equals(before.get(name))) {
                        changed.add(event(one, false));
                    }
                }
                tell(folder, changed);
            });
            List<Event> gone = new ArrayList<>();
            for (String name : before.keySet()) {
                if (!found.containsKey(name)) {
                    gone.add(new Event(name, null, revision));
                }
            }
            known.put(folder, found);
            tell(folder, gone);
        }
        return revision;
    }

    private void heard(WatchResponse response) {
        String folder = "";
        List<Event> run = new ArrayList<>();
        for (dev.weft.control.etcd.v3.Event one : response.getEventsList()) {
            boolean isGone = one.getType() == dev.weft.control.etcd.v3.Event.EventType.DELETE;
            Event event = event(one.getKv(), isGone);
            String in = event.name().substring(0, Math.max(0, event.name().indexOf('/')));
            Map<String, Long> names = known.get(in);
            if (names == null) {
                continue; // nobody follows it
            }
            if (!in.equals(folder)) {
                tell(folder, run);
                folder = in;
                run = new ArrayList<>();
            }
            run.add(event);
            if (isGone) {
                names.remove(event.name());
            } else {
                names.put(event.name(), event.revision());
            }
        }
        tell(folder, run);
    }

    private void tell(String folder, List<Event> events) {
        Follower follower = followers.get(folder);
        if (follower != null && !events.isEmpty()) {
            follower.changed(events);
        }
    }

    private Event event(KeyValue one, boolean isGone) {
        return new Event(name(one), isGone ? null : one.getValue().toByteArray(), one.getModRevision());
    }

    private String name(KeyValue one) {
        return one.getKey().toStringUtf8().substring(address.prefix().length() + 1);
    }

    private ByteString key(String name) {
        return ByteString.copyFromUtf8(where(name));
    }

    @Override
    public String where(String name) {
        return address.prefix() + "/" + name;
    }

    @Override
    public CompletableFuture<Written> write(List<Change> changes) {
        Away now = away;
        if (now != null && now.isLongerThan(pace.patience())) {
            return CompletableFuture.failedFuture(new StoreAwayException(String.valueOf(away())));
        }
        return made(request(changes), true)
                .thenApply(EtcdStore::written)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(failed(failure)));
    }

    /** @param isFirst a token that has ended costs nobody a change: it was refused, and another one is fetched */
    private CompletableFuture<TxnResponse> made(TxnRequest request, boolean isFirst) {
        return session.copy()
                .orTimeout(pace.patience().toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(to -> to.ask(Rpc.TXN, request).exceptionallyCompose(failure -> {
                    if (!isFirst || Status.fromThrowable(failure).getCode() != Status.Code.UNAUTHENTICATED) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    renewed(to);
                    to.over(failure);
                    return made(request, false);
                }));
    }

    /**
     * Nobody begins with a session any more that is over.
     *
     * @param over null for whichever it is
     * @return whether it was in use
     */
    private synchronized boolean renewed(@Nullable Session over) {
        boolean isUsed = session.isDone() && (over == null || session.getNow(null) == over);
        if (isUsed) {
            session = new CompletableFuture<>();
        }
        return isUsed;
    }

    /** One transaction for each change in one for all, because each counts for itself. */
    private TxnRequest request(List<Change> changes) {
        TxnRequest.Builder all = TxnRequest.newBuilder();
        for (Change change : changes) {
            ByteString key = key(change.name());
            byte[] content = change.content();
            RequestOp.Builder operation = RequestOp.newBuilder();
            if (content == null) {
                operation.setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key));
            } else {
                operation.setRequestPut(PutRequest.newBuilder().setKey(key).setValue(ByteString.copyFrom(content)));
            }
            all.addSuccess(RequestOp.newBuilder()
                    .setRequestTxn(TxnRequest.newBuilder()
                            .addCompare(Compare.newBuilder()
                                    .setTarget(Compare.CompareTarget.MOD)
                                    .setKey(key)
                                    .setModRevision(change.seen()))
                            .addSuccess(operation)));
        }
        return all.build();
    }

    private static Written written(TxnResponse answer) {
        return new Written(
                answer.getHeader().getRevision(),
                answer.getResponsesList().stream()
                        .map(one -> one.getResponseTxn().getSucceeded())
                        .toList());
    }

    private StoreAwayException failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String why = away();
        return new StoreAwayException(
                why != null
                        ? why
                        : cause instanceof TimeoutException
                                ? "the store " + address + " does not answer"
                                : "the store " + address + ": " + Failure.text(cause)
                                        + "; if it was done all the same, that will show");
    }

    @Override
    public @Nullable String away() {
        Away now = away;
        return now == null
                ? null
                : "the store " + address + " has not answered since "
                        + now.since().truncatedTo(ChronoUnit.SECONDS) + " (" + now.why() + ")";
    }

    /** Others learn at once that this replica has ended. */
    @Override
    public void close() {
        closed.countDown();
        Session now = session.getNow(null);
        if (now != null) {
            try {
                now.ask(Rpc.REVOKE, LeaseRevokeRequest.newBuilder().setID(lease).build())
                        .get(1, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.debug("store: others learn of our end when our lease has ended: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        thread.interrupt();
    }
}
