package dev.weft.engine.ledger;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.engine.ledger.Gate.Verdict;
import dev.weft.engine.policy.Urgency;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.AdmissionControl;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Route;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Calls that are counted at once, by the time and by what they suffer. */
public class WindowRaces {
    private static final Route ROUTE = new Route("race", Match.ANY, Action.Forward.to("a"));

    @JCStressTest
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "both are counted in the new slice, and the old one is gone")
    @Outcome(expect = FORBIDDEN, desc = "a call went with the slice that was replaced")
    @State
    public static class NewSlice {
        private final Window.Time window = new Window.Time(20, 2);

        public NewSlice() {
            window.record(true, false, 0);
        }

        @Actor
        public void one() {
            window.record(true, false, 20);
        }

        @Actor
        public void other() {
            window.record(false, false, 29);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = (int) window.sum(Window.CALL, 29);
            r.r2 = (int) window.sum(Window.FAILED, 29);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 0, 0", "1, 1, 0"},
            expect = ACCEPTABLE,
            desc = "each suffered or was let alone, and nobody suffers any more")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class Faults {
        private final FaultGate gate = new FaultGate(
                new Fault("race", null, null, "", List.of(), 1, new Fault.Share(100, 100)), RacingRequest.FIRST);

        private void call() {
            Verdict verdict = gate.admit(RacingRequest.ANY, null, ROUTE, 0);
            if (verdict.place() != null) {
                verdict.place().leave(null, 0, 0);
            }
        }

        @Actor
        public void one() {
            call();
        }

        @Actor
        public void other() {
            call();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r1 = (int) gate.abortsInjected();
            r.r2 = (int) gate.faultsOverflow();
            r.r3 = gate.activeFaults();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "each is counted, or refused for what is known of the other")
    @Outcome(expect = FORBIDDEN)
    @State
    public static class Admissions {
        private static final Pattern COUNTED = Pattern.compile(": 0 of (\\d+) calls succeeded");

        private final AdmissionControlGate gate = new AdmissionControlGate(
                new AdmissionControl("race", true, List.of(), 1_000_000_000L, 1, 0.95, 0, 1), RacingRequest.FIRST);

        private void call() {
            Verdict verdict = gate.admit(RacingRequest.ANY, Urgency.DEFAULT, 0);
            if (verdict.place() != null) {
                verdict.place().leave(dev.weft.engine.call.Outcome.SERVER_FAILURE, 500, 0);
            }
        }

        @Actor
        public void one() {
            call();
        }

        @Actor
        public void other() {
            call();
        }

        @Arbiter
        public void after(II_Result r) {
            Matcher counted = COUNTED.matcher(gate.words(0));
            r.r1 = counted.find() ? Integer.parseInt(Objects.requireNonNull(counted.group(1))) : -1;
            r.r2 = (int) gate.rejected();
        }
    }
}
