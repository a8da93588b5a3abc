package dev.weft.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Protocol;
import dev.weft.proxy.Backend;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Streams of HTTP/2 that come before the first directory. */
class ColdStreamTest {
    private final BlockingQueue<Consumer<Answer>> waiting = new LinkedBlockingQueue<>();
    private final Outside late = (question, answer) -> {
        if (question instanceof Question.Warm warm && warm.known()) {
            waiting.add(answer);
        } else {
            answer.accept(Answer.PASS); // DNS has an address for every name
        }
    };

    private Consumer<Answer> next() throws InterruptedException {
        return Objects.requireNonNull(waiting.poll(10, TimeUnit.SECONDS), "nobody waits");
    }

    @Test
    void theyWaitEachForItself() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("fine")));
                Served proxy = new Served(late);
                Frames client = new Frames(proxy.address())) {
            client.get(1).get(3);
            Consumer<Answer> first = next();
            Consumer<Answer> second = next();
            second.accept(new Answer.Failed("no control plane"));
            Frames.Frame failed = client.await(Frames.HEADERS);
            assertEquals(3, failed.stream());
            assertEquals("503", client.fields(failed).status().toString());
            proxy.publish(Protocol.HTTP1, backend.address());
            first.accept(Answer.READY);
            Frames.Frame answer = client.await(Frames.HEADERS);
            assertEquals(1, answer.stream());
            assertEquals("200", client.fields(answer).status().toString());
        }
    }

    @Test
    void oneThatIsResetMeanwhileIsNotSent() throws Exception {
        try (Backend backend = new Backend(Backend.always(Backend.ok("fine")));
                Served proxy = new Served(late);
                Frames client = new Frames(proxy.address())) {
            client.get(1);
            Consumer<Answer> first = next();
            client.send(Frames.RST_STREAM, 0, 1, Frames.number(8)).get(3);
            Consumer<Answer> second = next();
            proxy.publish(Protocol.HTTP1, backend.address());
            first.accept(Answer.READY);
            second.accept(Answer.READY);
            Frames.Frame answer = client.await(Frames.HEADERS);
            assertEquals(3, answer.stream());
            assertTrue(backend.records().size() == 1, "one request");
        }
    }
}
