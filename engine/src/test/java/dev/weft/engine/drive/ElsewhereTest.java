package dev.weft.engine.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ElsewhereTest {
    private static final Question QUESTION = new Question.Quota("limits", "shop", List.of(), 1);

    private final List<Runnable> left = new ArrayList<>();
    private final List<Answer> got = new ArrayList<>();

    @Test
    void whoBringsAnAnswerDoesNotGoOnWithTheCall() throws InterruptedException {
        List<Thread> bringing = new ArrayList<>();
        Outside later = (question, answer) -> bringing.add(new Thread(() -> answer.accept(Answer.READY)));
        new Elsewhere(later, left::add).bring(QUESTION, got::add);
        bringing.get(0).start();
        bringing.get(0).join();
        assertEquals(List.of(), got);
        left.get(0).run();
        assertEquals(List.of(Answer.READY), got);
    }

    @Test
    void whoHandsAPlaceOnDoesNotGoOnWithTheCallThatGetsIt() {
        List<Consumer<Answer>> waiting = new ArrayList<>();
        Question.Place place = waiting::add;
        new Elsewhere(Outside.NONE, left::add).bring(place, got::add);
        waiting.get(0).accept(Answer.READY); // also where it is the thread that has asked
        assertEquals(List.of(), got);
        left.get(0).run();
        assertEquals(List.of(Answer.READY), got);
    }

    @Test
    void anAnswerThatIsThereAtOnceCostsNoOtherThread() {
        new Elsewhere(Outside.NONE, left::add).bring(QUESTION, got::add);
        assertSame(Answer.PASS, got.get(0));
        assertEquals(List.of(), left);
    }
}
