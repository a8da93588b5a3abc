package dev.weft.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void readsWhatTheLauncherPasses() {
        var options = Options.parse(
                new String[] {"--agent", "/a.jar", "--weft", "/w.jar", "--shop", "/shop", "--rules", "/r", "--stay"});

        assertEquals(Path.of("/shop/order/target/order.jar"), options.jar("order"));
        assertTrue(options.stay());
        assertTrue(options.limits());
        assertFalse(options.inTime(false));
    }

    @Test
    void limitsCountUnlessTheUserSaysOtherwise() {
        var options = Options.parse(
                new String[] {"--agent", "/a", "--weft", "/w", "--shop", "/s", "--rules", "/r", "--no-limits"});

        assertFalse(options.limits());
        assertTrue(options.inTime(false));
        assertFalse(options.stay());
    }

    @Test
    void anUnknownOptionIsNamed() {
        var error = assertThrows(IllegalArgumentException.class, () -> Options.parse(new String[] {"--satay"}));

        assertEquals("unknown option --satay; there are only --stay and --no-limits", error.getMessage());
    }

    @Test
    void startedWithoutTheLauncherItNamesTheLauncher() {
        var error = assertThrows(IllegalArgumentException.class, () -> Options.parse(new String[] {"--stay"}));

        assertEquals("--agent is missing; start the demo with ./weft demo", error.getMessage());
    }
}
