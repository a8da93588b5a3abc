package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.vectors.Vector;
import dev.weft.vectors.VectorFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Cases of the decision vectors over real sockets, against every data plane there is; each is one process for all. */
class WireVectorsTest {
    private static final Map<String, Subject.Kind> KINDS =
            Map.of("agent", AgentSubject::start, "proxy", ProxySubject::start);
    /** What a kind never gets to see: clients ask proxies for a tunnel where they speak TLS. */
    private static final Map<String, Set<String>> BEYOND =
            Map.of("proxy", Set.of("a redirect to another host keeps scheme, path and query"));

    private static final List<Vector> CASES = VectorFiles.all(Path.of("..", "vectors", "cases")).stream()
            .filter(Vector::wire)
            .toList();

    @TempDir
    static Path folder;

    private static final Map<String, Subject> SUBJECTS = new TreeMap<>();
    private static final Map<String, XdsScript> SERVERS = new TreeMap<>();
    private static Fleet fleet;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        fleet = new Fleet(folder);
        for (Map.Entry<String, Subject.Kind> kind : KINDS.entrySet()) {
            XdsScript server = new XdsScript();
            SERVERS.put(kind.getKey(), server);
            SUBJECTS.put(kind.getKey(), kind.getValue().start(fleet, server.address()));
        }
    }

    @AfterAll
    static void end() {
        SUBJECTS.values().forEach(Subject::close);
        SERVERS.values().forEach(XdsScript::close);
        fleet.close();
    }

    @TestFactory
    Stream<DynamicTest> whatIsDecidedComesOutOfTheWire() {
        return KINDS.keySet().stream()
                .flatMap(kind -> CASES.stream()
                        .filter(vector -> !BEYOND.getOrDefault(kind, Set.of()).contains(vector.name()))
                        .map(vector -> dynamicTest(
                                kind + ", " + vector,
                                () -> WireRun.play(vector, SUBJECTS.get(kind), SERVERS.get(kind)))));
    }

    @Test
    void thereAreAHundredCasesForTheWire() {
        assertTrue(CASES.size() >= 100, () -> CASES.size() + " cases");
    }
}
