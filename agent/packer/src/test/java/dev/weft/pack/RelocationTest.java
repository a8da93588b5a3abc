package dev.weft.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelocationTest {
    private final Relocation relocation = new Relocation(Set.of("io/lib/Thing", "dev/weft/engine/Engine"));

    @ParameterizedTest
    @CsvSource({
        "io/lib/Thing, dev/weft/shaded/io/lib/Thing",
        "io/lib/Absent, io/lib/Absent",
        "dev/weft/engine/Engine, dev/weft/engine/Engine",
        "java/lang/String, java/lang/String",
        "java/util/logging/Logger, dev/weft/agent/log/jul/Logger",
        "java/lang/System$Logger, dev/weft/agent/log/jul/SystemLogger",
        "sun/misc/Unsafe, dev/weft/agent/log/jul/NoUnsafe"
    })
    void classesMoveOrAreReplaced(String from, String to) {
        assertEquals(to, relocation.map(from));
    }

    @ParameterizedTest
    @CsvSource({
        "io.lib.Thing, dev.weft.shaded.io.lib.Thing",
        "io.lib.Thing and more, io.lib.Thing and more",
        "java.util.logging.Logger, dev.weft.agent.log.jul.Logger",
        "io.netty.noUnsafe, dev.weft.shaded.io.netty.noUnsafe",
        "type.googleapis.com/x, type.googleapis.com/x"
    })
    void stringsThatNameClassesOrOwnPropertiesMoveWithThem(String from, String to) {
        assertEquals(to, relocation.text(from));
    }

    @Test
    void commentsInServiceFilesAreNotProviders() {
        byte[] file = "# a\nio.lib.Thing # b\n\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(Set.of("io.lib.Thing"), Reach.providers(file));
    }
}
