package dev.weft.testkit;

import java.time.Duration;

/** What an instance does with a call. */
sealed interface Behaviour {
    Behaviour WELL = new Answers(200, Duration.ZERO);

    record Answers(int status, Duration after) implements Behaviour {
        public Answers {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status " + status + " is out of range");
            }
            if (after.isNegative()) {
                throw new IllegalArgumentException("an answer after " + after + " is none");
            }
        }
    }

    record Refuses() implements Behaviour {}

    record Breaks() implements Behaviour {}

    record Hangs() implements Behaviour {}
}
