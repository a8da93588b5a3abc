package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import dev.weft.agent.weave.Report.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sample.Phone;

/** The three shapes on a library of ours, and what the application sees of adapters that fail. */
class WeavingTest {
    private TestWeaver weaver;
    private Phone phone;

    @BeforeEach
    void weave() {
        weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.phone."), Path.of("target/test-classes"));
        phone = new Phone("7");
        phone.dialled.clear();
    }

    @AfterEach
    void restore() {
        weaver.close();
        assertEquals("17", new Phone("7").number());
    }

    private long bugs() {
        return weaver.report().rows().stream().mapToLong(Report.Row::bugs).sum();
    }

    private Report.Row row(String hook) {
        return weaver.report().rows().stream()
                .filter(row -> row.hook().equals(hook))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aroundSendsWithOtherArguments() {
        assertEquals("[second]", phone.call("retry", 3, 0));
        assertEquals(List.of("nobody", "second"), phone.dialled);
        assertEquals(0, bugs());
    }

    @Test
    void aroundAnswersLocally() {
        assertEquals("local", phone.call("local", 1, 0));
        assertEquals(List.of(), phone.dialled);
    }

    @Test
    void whatNobodyWantsRunsUntouched() {
        assertEquals("[elsewhere][elsewhere]", phone.call("elsewhere", 2, 0));
    }

    @Test
    void theOriginalDoesNotReenterTheHookButLaterCallsDo() {
        assertEquals("[a]", phone.call("a", 1, 0));
        assertEquals("local", phone.call("local", 1, 0));
    }

    @Test
    void theLibrarysExceptionPassesAsItIs() {
        assertThrows(IllegalArgumentException.class, () -> phone.call("library fails", 1, 0));
        assertEquals(List.of("nobody"), phone.dialled);
        assertEquals(0, bugs());
    }

    @Test
    void aRefusalReachesTheApplicationAndIsNoBug() {
        IOException refused = assertThrows(IOException.class, () -> sneaky("refused"));
        assertEquals("refused", refused.getMessage());
        assertEquals(List.of(), phone.dialled);
        assertEquals(0, bugs());
    }

    private void sneaky(String host) throws IOException {
        if (host.isEmpty()) {
            throw new IOException("only for the compiler");
        }
        phone.call(host, 1, 0);
    }

    @Test
    void aBugInWantsLetsTheCallPass() {
        assertEquals("[bug in wants]", phone.call("bug in wants", 1, 0));
        assertEquals(1, bugs());
    }

    @Test
    void aBugBeforeTheFirstAttemptLetsTheCallPass() {
        assertEquals("[bug before]", phone.call("bug before", 1, 0));
        assertEquals(1, bugs());
    }

    @Test
    void aBugAfterAnAttemptReturnsItsAnswerAndSendsNothingAgain() {
        assertEquals("[first]", phone.call("bug after", 1, 0));
        assertEquals(List.of("first"), phone.dialled);
        assertEquals(1, bugs());
    }

    @Test
    void aBugAfterAFailedAttemptThrowsWhatTheLibraryThrew() {
        assertThrows(IllegalArgumentException.class, () -> phone.call("bug after failure", 1, 0));
        assertEquals(List.of("nobody"), phone.dialled);
    }

    @Test
    void anAnswerOfTheWrongTypeIsABug() {
        assertEquals("[wrong type]", phone.call("wrong type", 1, 0));
        assertEquals(1, bugs());
    }

    @Test
    void wrongArgumentsForTheOriginalAreABugBeforeTheFirstAttempt() {
        assertEquals("[wrong arguments]", phone.call("wrong arguments", 1, 0));
        assertEquals(1, bugs());
    }

    @Test
    void errorsOfTheVirtualMachineAlwaysPass() {
        assertThrows(StackOverflowError.class, () -> phone.call("stack overflow", 1, 0));
        assertEquals(0, bugs());
    }

    @Test
    void tenBugsInAMinuteSwitchTheSiteOff() {
        for (int i = 0; i < 20; i++) {
            assertEquals("[bug before]", phone.call("bug before", 1, 0));
        }
        assertEquals(10, bugs());
        assertEquals("[local]", phone.call("local", 1, 0));
        List<Report.Row> off = weaver.report().rows().stream()
                .filter(row -> row.state() == State.OFF)
                .toList();
        assertEquals(1, off.size(), "another adapter on the same method stays");
        assertEquals("AROUND sample.Phone#call", off.get(0).hook());
        assertTrue(off.get(0).reason().startsWith("10 failures in a minute"), off.toString());
    }

    @Test
    void beforeChangesArgumentsOfMethods() {
        phone.hangUp("bored");
        assertEquals(List.of("hung up: bored'"), phone.dialled);
    }

    @Test
    void beforeChangesArgumentsOfAConstructorAheadOfSuper() {
        assertEquals("498'!", new Phone("8").number());
    }

    @Test
    void anArgumentOfTheWrongTypeIsABugAndChangesNothing() {
        phone.hangUp("wrong type");
        assertEquals(List.of("hung up: wrong type"), phone.dialled);
        assertEquals(1, bugs());
    }

    @Test
    void beforeAndAfterShareAMethodWithWideParameters() {
        assertEquals(1000 + 3 * 60 + 5, phone.minutes(2, 5.5));
    }

    @Test
    void afterReplacesWhatAStaticMethodReturns() {
        assertTrue(Phone.free("1"));
    }

    @Test
    void afterSeesAConstructedObject() {
        assertEquals(List.of("made with 9"), new Phone("9").dialled);
    }

    @Test
    void whatCanNotBeWovenIsReportedWithTheReason() {
        assertEquals(State.REFUSED, row("AFTER sample.Phone#absent").state());
        assertEquals("there is no such method", row("AFTER sample.Phone#absent").reason());
        assertEquals(
                "AFTER needs the arguments: the method assigns to its parameters",
                row("AFTER sample.Phone#transfer").reason());
    }

    @Test
    void aMethodThatReleasesMayLackIsNotMissed() {
        assertTrue(weaver.report().rows().stream().noneMatch(row -> row.hook().endsWith("#missed")));
        assertTrue(weaver.log().stream().noneMatch(line -> line.contains("#missed")), weaver.log()::toString);
        assertTrue(weaver.log().stream().anyMatch(line -> line.contains("#absent")), weaver.log()::toString);
    }

    @Test
    void pauseAndResumeTurnEverySiteOffAndOn() {
        assertEquals("local", phone.call("local", 1, 0));
        weaver.pause();
        assertEquals("[local]", phone.call("local", 1, 0));
        assertEquals("17", new Phone("7").number());
        weaver.resume();
        assertEquals("local", phone.call("local", 1, 0));
        assertEquals("497'!", new Phone("7").number());
    }

    @Test
    void aSiteThatFirstRunsWhileAllAreOffIsOnWithTheOthers() {
        weaver.pause();
        assertEquals("[local]", phone.call("local", 1, 0));
        System.gc(); // what nobody holds is gone by now
        weaver.resume();
        assertEquals("local", phone.call("local", 1, 0));
    }
}
