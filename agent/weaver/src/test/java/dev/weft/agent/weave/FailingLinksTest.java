package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import dev.weft.agent.weave.Report.State;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sample.Phone;

/** Sites that can't be linked, or not yet. */
class FailingLinksTest {
    private TestWeaver weaver;

    @BeforeEach
    void weave() {
        weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.broken."), Path.of("target/test-classes"));
    }

    @AfterEach
    void restore() {
        weaver.close();
    }

    private String reason(String hook) {
        return weaver.report().rows().stream()
                .filter(row -> row.hook().equals(hook) && row.state() != State.WOVEN)
                .map(Report.Row::reason)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAdapterThatCanNotBeMadeIsANoOpForEverAndLoggedOnce() {
        for (int i = 0; i < 3; i++) {
            assertEquals("17", new Phone("7").number());
        }
        assertEquals(
                "linking failed: java.lang.ExceptionInInitializerError: can't be made",
                reason("AFTER sample.Phone#number"));
        assertEquals(
                1,
                weaver.log().stream()
                        .filter(line -> line.contains("can't be linked"))
                        .count());
    }

    @Test
    void aModuleThatIsMissingIsANoOp() {
        assertEquals("[a]", new Phone("7").call("a", 1, 0));
        assertTrue(reason("AROUND sample.Phone#call").contains("this JVM has no module for java.nowhere"));
    }

    @Test
    void aroundIsRefusedOnAStaticMethod() {
        assertEquals(
                "AROUND needs an object: the method is static or a constructor", reason("AROUND sample.Phone#free"));
    }

    @Test
    void aSiteThatIsMetWhileItIsLinkedDoesNothingAtFirstAndIsLinkedThen() {
        Phone phone = new Phone("7");
        phone.hangUp("now");
        phone.hangUp("again");
        assertEquals(List.of("hung up: now 1", "hung up: again 1"), phone.dialled);
    }
}
