package dev.weft.engine;

import static dev.weft.engine.ManualTime.ms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Directory;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.engine.trace.Ambient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Calls before the first directory. */
class ColdStartTest {
    private final Engine engine = new Engine(new SeededRandom(1), new Ambient(() -> false), call -> {}, bug -> {
        throw new AssertionError(bug);
    });

    /** A request that can't be made without the mesh. */
    private record Bound(String host) implements PlainGet {
        @Override
        public boolean passable() {
            return false;
        }
    }

    private Call begin(Request request) {
        Call call = engine.call(request, true);
        call.start(0);
        return call;
    }

    private void publish(Directory.State state) {
        engine.publish(new Snapshot("1", new Directory(state, Map.of()), List.of(), Map.of()));
    }

    private static Question.Warm asked(Step step) {
        return assertInstanceOf(
                Question.Warm.class, assertInstanceOf(Step.Ask.class, step).question());
    }

    @Test
    void whatCanBeMadeWithoutTheMeshIsLeftToDnsAndALiteralIsNotEvenAskedFor() {
        assertEquals(
                new Question.Warm("order", 80, false),
                asked(begin(FakeRequest.get("order", "/")).next(0)));
        assertSame(Step.PASS, begin(FakeRequest.get("localhost", "/")).next(0));
        assertSame(Step.PASS, begin(FakeRequest.get("10.0.0.1", "/")).next(0));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PENDING")
    void whatCannotWaitsForTheDirectoryWhateverItsHost(Directory.State state) {
        for (String host : List.of("order", "localhost", "10.0.0.1")) {
            publish(Directory.State.PENDING);
            Call call = begin(new Bound(host));
            Step ask = call.next(0);
            assertEquals(new Question.Warm(host, 80, true), asked(ask));
            publish(state);
            call.answer((Step.Ask) ask, Answer.READY, 1);
            assertSame(Step.PASS, call.next(1), "it is nobody's");
        }
    }

    @Test
    void itIsRefusedAfterFiveSeconds() {
        Call call = begin(new Bound("localhost"));
        call.next(0);
        assertEquals(ms(5000), assertInstanceOf(Step.Idle.class, call.next(0)).wakeAt());
        Step.Reply reply = assertInstanceOf(Step.Reply.class, call.next(ms(5000)));
        assertEquals(Refusal.Kind.COLD, reply.refusal().kind());
    }

    @Test
    void aPauseMakesNoDifferenceToIt() {
        engine.pause(true);
        Call call = begin(new Bound("order"));
        Step ask = call.next(0);
        asked(ask);
        publish(Directory.State.KNOWN);
        call.answer((Step.Ask) ask, Answer.READY, 1);
        assertSame(Step.PASS, call.next(1));
    }
}
