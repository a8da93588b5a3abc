package dev.weft.demo;

import java.io.PrintStream;

/** Tells the story on standard output. */
final class Narrator {
    private final PrintStream out = System.out;
    private volatile boolean silent;

    void say(String line) {
        if (!silent) {
            out.println(line);
        }
    }

    /** Says nothing more: what fails from now on fails because everything is being ended. */
    void fallSilent() {
        silent = true;
    }

    /** Announces an act, plays it and tells its outcome; true when the expectation held. */
    boolean act(int number, Act act) {
        say("");
        say(number + ". " + act.title());
        say("   does      " + act.does());
        say("   expected  " + act.expected());
        long start = System.nanoTime();
        var outcome = play(act);
        say("   happened  " + outcome.happened());
        say("   %s, after %.1f s".formatted(outcome.held() ? "held" : "NOT HELD", Wait.seconds(start)));
        return outcome.held();
    }

    private static Act.Outcome play(Act act) {
        try {
            return act.play().run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Act.Outcome(false, "interrupted");
        } catch (Exception e) {
            return new Act.Outcome(false, e.toString());
        }
    }

    /** Says what was measured, and whether that is within a limit; true when it is. */
    boolean limit(String what, double value, double limit, String unit) {
        boolean within = value <= limit;
        say("%s: %.1f %s (%s the limit of %.1f %s)"
                .formatted(what, value, unit, within ? "within" : "OVER", limit, unit));
        return within;
    }

    void count(Books books) {
        say("demo: %d calls, %d failed, %d allowed".formatted(books.calls(), books.failed(), books.allowed()));
    }
}
