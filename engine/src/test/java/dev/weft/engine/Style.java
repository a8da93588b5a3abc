package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingDriver;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.FutureDriver;
import dev.weft.engine.drive.FutureExchange;
import dev.weft.engine.drive.LoopCall;
import dev.weft.engine.drive.LoopDriver;
import dev.weft.engine.drive.LoopExchange;
import dev.weft.engine.drive.Nesting;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.drive.Refused;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.trace.Ambient;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A pretended library in virtual time, in three calling styles. A story is told once, against this,
 * and runs under every driver.
 */
enum Style {
    BLOCKING,
    FUTURE,
    LOOP;

    /** What an endpoint does with a request. */
    sealed interface Peer {
        /** Answers with a status after some time. */
        record Answers(int status, long afterNanos) implements Peer {}

        /** Refuses the connection. */
        record Dead() implements Peer {}

        /** Takes the request, then breaks the connection. */
        record Breaks(long afterNanos) implements Peer {}

        /** The library itself fails in a way that nobody expects. */
        record Fails(Error with) implements Peer {}

        /** Never answers. */
        record Hangs() implements Peer {}

        /**
         * Answers at once with 200, then with a body of several pieces.
         *
         * @param gaps before each piece; {@link Long#MAX_VALUE} for one that never comes
         * @param worksNanos how long the application works on each piece before it wants the next
         */
        record Streams(List<Long> gaps, long worksNanos) implements Peer {}
    }

    /** What the application got; of a body that broke the failure, beside the status. */
    record Got(int status, String failure, long at) {}

    static final class Stage {
        final ManualTime time = new ManualTime();
        final List<Call> finished = new ArrayList<>();
        final List<Throwable> bugs = new ArrayList<>();
        boolean otherTracer;
        final Ambient ambient = new Ambient(() -> otherTracer);
        final Engine engine = new Engine(new SeededRandom(7), ambient, finished::add, bugs::add);
        Outside outside = Outside.NONE;
        final Map<Integer, Deque<Peer>> peers = new HashMap<>();
        final List<Integer> sentTo = new ArrayList<>();
        final List<Map<String, String>> headers = new ArrayList<>();
        /** Of the headers of answers. */
        final List<HeaderEdits> edits = new ArrayList<>();

        int aborted;
        /** So many stops come before the library can hear them. */
        int deafTo;

        int discarded;
        int originals;
        RuntimeException breakHead;
        RuntimeException breakFailure;
        RuntimeException breakDeliver;
        RuntimeException breakRequest;

        /** The endpoint 10.0.0.n behaves so for each next request; the last one for ever. */
        Stage peer(int n, Peer... behaviours) {
            peers.put(n, new ArrayDeque<>(List.of(behaviours)));
            return this;
        }

        Peer behaviour(Attempt attempt) {
            int last = attempt.endpoint().address().getAddress().getAddress()[3];
            sentTo.add(last);
            Map<String, String> edited = new HashMap<>();
            attempt.edit(new dev.weft.engine.call.HeaderWriter() {
                @Override
                public void set(String name, String value) {
                    edited.put(name, value);
                }

                @Override
                public void add(String name, String value) {
                    edited.merge(name, value, (a, b) -> a + "," + b);
                }

                @Override
                public void remove(String name) {
                    edited.put(name, null);
                }
            });
            headers.add(edited);
            Deque<Peer> next = peers.get(last);
            if (next == null) {
                return new Peer.Answers(200, ms(1));
            }
            return next.size() > 1 ? next.remove() : next.peek();
        }
    }

    Got call(Stage stage, Request request) {
        return switch (this) {
            case BLOCKING -> new Blocking(stage, request).call();
            case FUTURE -> new Future(stage, request).call();
            case LOOP -> new Loop(stage, request).call();
        };
    }

    private static End classify(Stage stage, Throwable thrown) {
        if (stage.breakFailure != null) {
            throw stage.breakFailure;
        }
        return End.failed(thrown instanceof ConnectException ? Outcome.CONNECT_FAILURE : Outcome.RESET, thrown);
    }

    private static Request checked(Stage stage, Request request) {
        if (stage.breakRequest != null) {
            throw stage.breakRequest;
        }
        return request;
    }

    private static Head head(Stage stage, int status) {
        if (stage.breakHead != null) {
            throw stage.breakHead;
        }
        return Head.http(status, Headers.NONE);
    }

    private static final class Blocking implements BlockingExchange<Integer> {
        private final Stage stage;
        private final Request request;
        private final boolean[] broken = new boolean[1];
        private Peer.Streams body;
        private Ending ending;

        Blocking(Stage stage, Request request) {
            this.stage = stage;
            this.request = request;
        }

        Got call() {
            BlockingDriver driver =
                    new BlockingDriver(stage.engine, stage.time, stage.time, stage.outside, new Nesting());
            try {
                int status = driver.run(this);
                String failure = body == null ? "" : read();
                return new Got(status, failure, stage.time.nanos());
            } catch (Refused refused) {
                return new Got(0, refused.getCause().getMessage(), stage.time.nanos());
            } catch (Throwable thrown) {
                return new Got(0, thrown.toString(), stage.time.nanos());
            }
        }

        private String read() {
            try {
                for (long gap : body.gaps()) {
                    ending.waits();
                    block(gap == Long.MAX_VALUE ? gap : stage.time.nanos() + gap);
                    ending.rests();
                    stage.time.turn(body.worksNanos());
                }
            } catch (IOException broke) {
                ending.end(End.failed(Outcome.RESET, broke));
                return broke.toString();
            }
            ending.end(End.COMPLETE);
            return "";
        }

        @Override
        public Request request() {
            return checked(stage, request);
        }

        @Override
        public Integer original() {
            stage.originals++;
            return 299;
        }

        @Override
        public Integer send(Attempt attempt) throws IOException {
            broken[0] = false;
            Peer peer = stage.behaviour(attempt);
            if (peer instanceof Peer.Dead) {
                throw new ConnectException("refused");
            }
            if (peer instanceof Peer.Fails fails) {
                throw fails.with();
            }
            if (peer instanceof Peer.Answers answers) {
                block(stage.time.nanos() + answers.afterNanos());
                return answers.status();
            }
            if (peer instanceof Peer.Breaks breaks) {
                block(stage.time.nanos() + breaks.afterNanos());
                throw new IOException("connection reset");
            }
            if (peer instanceof Peer.Streams streams) {
                body = streams;
                return 200;
            }
            block(Long.MAX_VALUE);
            throw new AssertionError("a hanging peer can only be broken off");
        }

        private void block(long until) throws IOException {
            while (stage.time.nanos() < until && !broken[0]) {
                stage.time.park(this, until);
            }
            if (broken[0]) {
                throw new IOException("socket closed");
            }
        }

        @Override
        public Head head(Integer answer) {
            return Style.head(stage, answer);
        }

        @Override
        public End failure(Throwable thrown) {
            return classify(stage, thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            stage.aborted++;
            broken[0] = stage.aborted > stage.deafTo;
        }

        @Override
        public void discard(Integer answer) {
            stage.discarded++;
        }

        @Override
        public Integer with(Integer answer, HeaderEdits edits) {
            stage.edits.add(edits);
            return answer;
        }

        @Override
        public Integer deliver(Integer answer, Ending ending) {
            if (stage.breakDeliver != null) {
                throw stage.breakDeliver;
            }
            this.ending = ending;
            if (body == null) {
                ending.end(End.COMPLETE);
            }
            return answer;
        }

        @Override
        public Integer reply(Refusal refusal) throws IOException {
            if (refusal.kind().failure()) {
                throw new IOException(refusal.kind() + ": " + refusal.why());
            }
            return refusal.code();
        }
    }

    /** Pieces of a body as they come to who is told of them. */
    private static final class Pieces {
        private final Stage stage;
        private final Peer.Streams body;
        private final Runnable waits;
        private final Runnable rests;
        private final Runnable whole;
        private boolean over;

        Pieces(Stage stage, Peer.Streams body, Runnable waits, Runnable rests, Runnable whole) {
            this.stage = stage;
            this.body = body;
            this.waits = waits;
            this.rests = rests;
            this.whole = whole;
        }

        void from(int index) {
            if (over) {
                return;
            }
            if (index == body.gaps().size()) {
                over = true;
                whole.run();
                return;
            }
            waits.run();
            if (body.gaps().get(index) != Long.MAX_VALUE) {
                stage.time.after(body.gaps().get(index), () -> came(index));
            }
        }

        private void came(int index) {
            if (!over) {
                rests.run();
                stage.time.after(body.worksNanos(), () -> from(index + 1));
            }
        }

        void broken() {
            over = true;
        }
    }

    private static final class Future implements FutureExchange<Integer, Integer> {
        private final Stage stage;
        private final Request request;
        private final Map<Attempt, CompletableFuture<Integer>> open = new HashMap<>();
        private Peer.Streams body;
        private Pieces pieces;
        private CompletableFuture<Integer> read;

        Future(Stage stage, Request request) {
            this.stage = stage;
            this.request = request;
        }

        Got call() {
            FutureDriver driver =
                    new FutureDriver(stage.engine, stage.time, stage.time, stage.outside, new Nesting(), Runnable::run);
            CompletableFuture<Integer> result = driver.run(this);
            while (!result.isDone()) {
                stage.time.step();
            }
            try {
                return new Got(result.join(), "", stage.time.nanos());
            } catch (CompletionException failed) {
                Throwable cause = failed.getCause();
                String message = cause instanceof Refused ? cause.getCause().getMessage() : cause.toString();
                boolean refused = cause instanceof IOException
                        && message.startsWith("java.io.IOException: ")
                        && message.contains(": shop");
                return new Got(0, refused ? cause.getMessage() : message, stage.time.nanos());
            }
        }

        @Override
        public Request request() {
            return checked(stage, request);
        }

        @Override
        public CompletableFuture<Integer> original() {
            stage.originals++;
            return CompletableFuture.completedFuture(299);
        }

        @Override
        public CompletableFuture<Integer> send(Attempt attempt) {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            open.put(attempt, future);
            Peer peer = stage.behaviour(attempt);
            if (peer instanceof Peer.Fails fails) {
                throw fails.with();
            }
            if (peer instanceof Peer.Dead) {
                future.completeExceptionally(new ConnectException("refused"));
            } else if (peer instanceof Peer.Answers answers) {
                stage.time.after(answers.afterNanos(), () -> future.complete(answers.status()));
            } else if (peer instanceof Peer.Streams streams) {
                body = streams;
                future.complete(200);
            } else if (peer instanceof Peer.Breaks breaks) {
                stage.time.after(
                        breaks.afterNanos(), () -> future.completeExceptionally(new IOException("connection reset")));
            }
            return future;
        }

        @Override
        public Head head(Integer answer) {
            return Style.head(stage, answer);
        }

        @Override
        public End failure(Throwable thrown) {
            return classify(stage, thrown);
        }

        @Override
        public void abort(Attempt attempt) {
            stage.aborted++;
            open.get(attempt).completeExceptionally(new IOException("stream closed"));
            if (pieces != null) {
                pieces.broken();
                read.completeExceptionally(new IOException("stream closed"));
            }
        }

        @Override
        public void discard(Integer answer) {
            stage.discarded++;
        }

        @Override
        public Integer with(Integer answer, HeaderEdits edits) {
            stage.edits.add(edits);
            return answer;
        }

        @Override
        public CompletableFuture<Integer> deliver(Integer answer, Ending ending) {
            if (stage.breakDeliver != null) {
                throw stage.breakDeliver;
            }
            if (body != null) {
                read = new CompletableFuture<>();
                pieces = new Pieces(stage, body, ending::waits, ending::rests, () -> {
                    ending.end(End.COMPLETE);
                    read.complete(answer);
                });
                pieces.from(0);
                return read;
            }
            ending.end(End.COMPLETE);
            return CompletableFuture.completedFuture(answer);
        }

        @Override
        public CompletableFuture<Integer> reply(Refusal refusal) {
            return refusal.kind().failure()
                    ? CompletableFuture.failedFuture(new IOException(refusal.kind() + ": " + refusal.why()))
                    : CompletableFuture.completedFuture(refusal.code());
        }
    }

    private static final class Loop implements LoopExchange {
        private final Stage stage;
        private final Request request;
        private final LoopCall call;
        private final Map<Attempt, Integer> answers = new HashMap<>();
        private final Map<Attempt, Throwable> failures = new HashMap<>();
        private final Set<Attempt> open = new HashSet<>();
        private Timer.Pending alarm = () -> {};
        private Peer.Streams body;
        private Pieces pieces;
        private Got got;

        Loop(Stage stage, Request request) {
            this.stage = stage;
            this.request = request;
            this.call = new LoopDriver(stage.engine, stage.time, stage.outside).calls(this);
        }

        Got call() {
            call.start();
            while (got == null) {
                stage.time.step();
            }
            return got;
        }

        private void got(int status, String failure) {
            if (got != null) {
                throw new AssertionError("two answers: " + got + " and " + status + failure);
            }
            got = new Got(status, failure, stage.time.nanos());
        }

        @Override
        public Request request() {
            return checked(stage, request);
        }

        @Override
        public void original() {
            stage.originals++;
            got(299, "");
        }

        @Override
        public void send(Attempt attempt) {
            open.add(attempt);
            Peer peer = stage.behaviour(attempt);
            if (peer instanceof Peer.Fails fails) {
                throw fails.with();
            }
            if (peer instanceof Peer.Dead) {
                failed(attempt, new ConnectException("refused"));
            } else if (peer instanceof Peer.Answers answer) {
                stage.time.after(answer.afterNanos(), () -> answered(attempt, answer.status()));
            } else if (peer instanceof Peer.Streams streams) {
                body = streams;
                stage.time.after(0, () -> answered(attempt, 200));
            } else if (peer instanceof Peer.Breaks breaks) {
                stage.time.after(breaks.afterNanos(), () -> failed(attempt, new IOException("connection reset")));
            }
        }

        private void answered(Attempt attempt, int status) {
            if (open.contains(attempt)) {
                answers.put(attempt, status);
                tell(attempt, status);
            }
        }

        private void tell(Attempt attempt, int status) {
            try {
                call.head(attempt, Style.head(stage, status));
            } catch (RuntimeException bug) {
                call.bug(bug);
            }
        }

        private void failed(Attempt attempt, Throwable failure) {
            if (open.remove(attempt)) {
                failures.put(attempt, failure);
                try {
                    call.end(attempt, classify(stage, failure));
                } catch (RuntimeException bug) {
                    call.bug(bug);
                }
            }
        }

        @Override
        public void shadow(Attempt attempt, Ending ending) {
            stage.behaviour(attempt);
            stage.time.after(ms(1), () -> ending.end(End.COMPLETE));
        }

        @Override
        public void abort(Attempt attempt) {
            open.remove(attempt);
            if (pieces != null) {
                stage.aborted++;
                pieces.broken();
                got(200, "stream closed");
            } else if (answers.containsKey(attempt)) {
                stage.discarded++;
            } else {
                stage.aborted++;
            }
        }

        @Override
        public void deliver(Attempt attempt, HeaderEdits edits) {
            if (edits != HeaderEdits.NONE) {
                stage.edits.add(edits);
            }
            if (stage.breakDeliver != null) {
                throw stage.breakDeliver;
            }
            hand(attempt);
        }

        private void hand(Attempt attempt) {
            if (body != null) {
                pieces = new Pieces(stage, body, () -> call.waits(attempt), () -> call.rests(attempt), () -> {
                    got(200, "");
                    open.remove(attempt);
                    call.end(attempt, End.COMPLETE);
                });
                pieces.from(0);
            } else if (answers.containsKey(attempt)) {
                got(answers.get(attempt), "");
                open.remove(attempt);
                call.end(attempt, End.COMPLETE);
            } else {
                got(0, failures.get(attempt).toString());
            }
        }

        @Override
        public void reply(Refusal refusal) {
            boolean failure = refusal.kind().failure();
            got(failure ? 0 : refusal.code(), failure ? refusal.kind() + ": " + refusal.why() : "");
        }

        @Override
        public Attempt broken(Throwable bug) {
            for (Attempt attempt : open) {
                if (answers.containsKey(attempt) && stage.breakDeliver == null) {
                    hand(attempt);
                    return attempt;
                }
            }
            got(
                    0,
                    failures.isEmpty()
                            ? bug.toString()
                            : failures.values().iterator().next().toString());
            return null;
        }

        @Override
        public void wakeAt(long at) {
            alarm.cancel();
            alarm = at == Long.MAX_VALUE ? () -> {} : stage.time.schedule(at, call::wake);
        }

        @Override
        public void execute(Runnable task) {
            stage.time.after(0, task);
        }
    }
}
