package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cli.Finding.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassSharingTest {

    @Test
    void anArchiveWhoseClassesAreSharedIsInUse() {
        var finding = new ClassSharing(17, List.of("-XX:SharedArchiveFile=app.jsa"), 6378, 396).judge();

        assertEquals(Level.OK, finding.level());
        assertTrue(finding.text().contains("6378 of 6774"), finding.text());
    }

    @Test
    void aRejectedCacheIsAProblemWithItsRemedy() {
        var finding = new ClassSharing(25, List.of("-XX:AOTCache=app.aot"), 0, 6853).judge();

        assertEquals(Level.PROBLEM, finding.level());
        assertTrue(finding.text().contains("--add-modules java.instrument"), finding.text());
    }

    @Test
    void anArchiveThatOnlyGivesTheClassesOfTheJdkIsNotInUse() {
        var finding = new ClassSharing(17, List.of("-XX:SharedArchiveFile=app.jsa"), 2155, 4621).judge();

        assertEquals(Level.PROBLEM, finding.level());
    }

    @Test
    void noArchiveIsNoProblem() {
        assertEquals(
                Level.NOTE,
                new ClassSharing(17, List.of("-Xmx1g"), 1200, 5000).judge().level());
    }

    @Test
    void sharingThatIsSwitchedOffIsSaidSo() {
        var finding = new ClassSharing(17, List.of("-Xshare:off", "-XX:SharedArchiveFile=app.jsa"), 0, 9).judge();

        assertEquals(Level.NOTE, finding.level());
    }
}
