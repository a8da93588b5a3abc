package dev.weft.engine.drive;

import dev.weft.engine.call.Answer;
import dev.weft.engine.call.Question;
import java.util.function.Consumer;

/** Who answers the questions of calls. */
public interface Outside {
    /** Knows nothing: every unknown name passes through. */
    Outside NONE = (question, answer) -> answer.accept(Answer.PASS);

    /**
     * Brings the answer once, on any thread, at once if it is there. May never answer: the call has
     * its own time limit.
     */
    void ask(Question question, Consumer<Answer> answer);

    /** Brings the answer from where it is to be had: a place in a queue has nothing to do with the outside. */
    default void bring(Question question, Consumer<Answer> answer) {
        if (question instanceof Question.Place place) {
            place.await(answer);
        } else {
            ask(question, answer);
        }
    }
}
