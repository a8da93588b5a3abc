package dev.weft.client.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.snapshot.Cluster;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Endpoint.Health;
import dev.weft.engine.snapshot.Endpoint.Locality;
import dev.weft.engine.snapshot.LocalRateLimit.Entry;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long, and how many, questions are under way. */
final class RateLimitServiceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Cluster LIMITS = Cluster.of(
            "limits",
            List.of(new Endpoint(
                    new InetSocketAddress("127.0.0.1", 1), Health.HEALTHY, 1, new Locality("", "", ""), Map.of())));

    private final Silent channel = new Silent();
    private final List<Answer> answers = new ArrayList<>();
    private final RateLimitService service = new RateLimitService(connection -> channel, 2);

    /** Takes every question and leaves it open. */
    private static final class Silent extends ManagedChannel {
        private final List<CallOptions> asked = new ArrayList<>();
        private final List<ClientCall.Listener<?>> waiting = new ArrayList<>();
        private boolean shut;

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            asked.add(options);
            return new ClientCall<>() {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    waiting.add(listener);
                }

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {}

                @Override
                public void halfClose() {}

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @Override
        public String authority() {
            return "limits";
        }

        @Override
        public ManagedChannel shutdown() {
            shut = true;
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return shutdown();
        }

        @Override
        public boolean isShutdown() {
            return shut;
        }

        @Override
        public boolean isTerminated() {
            return shut;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shut;
        }
    }

    private void ask(long timeout, long waited) {
        var question = new Question.Quota("limits", "shop", List.of(List.of(new Entry("a", "b"))), timeout);
        service.ask(question, waited, LIMITS, null, answers::add);
    }

    private long limit() {
        var deadline = channel.asked.get(channel.asked.size() - 1).getDeadline();
        return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    @Test
    void theServiceHasWhatIsLeftOfTheTimeOfTheCall() {
        ask(30 * SECOND, 10 * SECOND);
        assertTrue(limit() <= 20 * SECOND, "left: " + limit());
        ask(30 * SECOND, 30 * SECOND);
        assertEquals(1, channel.asked.size(), "nobody waits for the answer any more");
        assertEquals(
                List.of(new Answer.Failed("rate limit service limits: the time for it was over before it was asked")),
                answers);
    }

    @Test
    void anAnswerThatMayTakeForEverIsNotWaitedForForEver() {
        ask(Long.MAX_VALUE, 0);
        assertTrue(limit() <= RateLimitService.LONGEST_NANOS, "left: " + limit());
    }

    @Test
    void oneMoreThanMayBeUnderWayIsNotAsked() {
        ask(SECOND, 0);
        ask(SECOND, 0);
        ask(SECOND, 0);
        assertEquals(2, channel.asked.size());
        assertEquals(List.of(new Answer.Failed("rate limit service limits: 2 questions are under way")), answers);
        channel.waiting.get(0).onClose(Status.UNAVAILABLE, new Metadata());
        ask(SECOND, 0);
        assertEquals(3, channel.asked.size());
    }

    @Test
    void channelsGoWithTheirService() {
        ask(SECOND, 0);
        service.keep(cluster -> cluster.equals("limits"));
        assertFalse(channel.shut);
        service.keep(cluster -> false);
        assertTrue(channel.shut);
    }
}
