package dev.weft.engine.drive;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Events that come from two threads at once. */
public class MailboxRaces {
    /** What events do is no atomic operation: the mailbox alone keeps them apart. */
    @JCStressTest
    @Outcome(
            id = {"123, 0", "132, 0", "312, 0"},
            expect = ACCEPTABLE,
            desc = "each once, one at a time, and those of one thread in their order")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, worked off twice, out of turn or beside another")
    @State
    public static class Posts {
        private final Mailbox mailbox = new Mailbox();
        private int log;
        private int working;
        private int beside;

        private void post(int number) {
            mailbox.post(
                    () -> {
                        beside += working;
                        working++;
                        log = log * 10 + number;
                        working--;
                    },
                    Runnable::run);
        }

        @Actor
        public void one() {
            post(1);
            post(2);
        }

        @Actor
        public void other() {
            post(3);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = log;
            r.r2 = beside;
        }
    }
}
