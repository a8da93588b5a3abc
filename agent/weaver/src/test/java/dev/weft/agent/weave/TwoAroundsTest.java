package dev.weft.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.TestMesh;
import dev.weft.agent.harness.TestWeaver;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import sample.Phone;

class TwoAroundsTest {
    @Test
    void eachAroundRunsOnceForEachAttemptOfTheOneOutsideIt() {
        try (TestWeaver weaver = TestWeaver.install(
                TestMesh.make(), name -> name.startsWith("dev.weft.adapters.twice."), Path.of("target/test-classes"))) {
            assertEquals("Inner(Outer([a][a])Outer([a][a]))", new Phone("7").call("a", 1, 0));
            weaver.assertWoven();
        }
    }
}
