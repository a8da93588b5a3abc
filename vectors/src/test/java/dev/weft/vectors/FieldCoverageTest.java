package dev.weft.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The mutation check: of each message that stands in a case, no field that the readers look at can be lost
 * unnoticed. Each of them stands in a case, and when it is taken out of all cases at least one of them is
 * decided otherwise or refused; that a case can't be played any more is no proof. It says nothing of single
 * values, nor of each place of a message.
 */
@Tag("mutation")
@TestInstance(Lifecycle.PER_CLASS)
class FieldCoverageTest {
    private static final String TCP = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.";

    /** Read, and decides nothing that a call sees: each with the test that fails without it. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            TCP + "idle_timeout",
            "TcpProxyTest, TcpProxyReaderTest: of a connection that is open",
            TCP + "hash_policy",
            "TcpProxyReaderTest",
            TCP + "metadata_match",
            "TcpProxyReaderTest",
            TCP + "WeightedCluster.ClusterWeight.metadata_match",
            "TcpProxyReaderTest",
            "envoy.config.listener.v3.Listener.listener_filters",
            "TcpProxyReaderTest: whether the first bytes are waited for",
            "envoy.config.listener.v3.ListenerFilter.name",
            "TcpProxyReaderTest: whether the first bytes are waited for",
            "weft.v1.ServiceNames.parts",
            "ListingTest: a list of names that stands in parts");

    private final List<Vector> vectors = new ArrayList<>(VectorFiles.all(Path.of("cases")));
    private final Map<Vector, List<DynamicMessage>> configs = new HashMap<>();
    private final Map<String, List<Vector>> having = new HashMap<>();
    private final Map<String, FieldDescriptor> read;

    FieldCoverageTest() {
        // Cheap cases first: most fields are missed by the first case that has them.
        vectors.sort(Comparator.comparingInt(vector -> vector.steps().toString().length()));
        for (Vector vector : vectors) {
            configs.put(vector, Surgery.loosen(everything(vector)));
            var names = new TreeSet<String>();
            configs.get(vector)
                    .forEach(resource -> Surgery.visit(
                            resource,
                            message ->
                                    message.getAllFields().keySet().forEach(field -> names.add(field.getFullName()))));
            names.forEach(name ->
                    having.computeIfAbsent(name, any -> new ArrayList<>()).add(vector));
        }
        read = new ReadFields(List.copyOf(configs.values())).all();
    }

    /** All resources of a case, those that come later included. */
    private static List<Message> everything(Vector vector) {
        List<Message> all = new ArrayList<>(Config.messages(vector.config()));
        for (Map<String, Object> step : vector.steps()) {
            if (step.containsKey("publish")) {
                Map<String, Object> changed = new HashMap<>(vector.config());
                changed.putAll(VectorFiles.map(step.get("publish")));
                all.addAll(Config.messages(changed));
            }
        }
        return all;
    }

    @Test
    void everyFieldThatIsReadStandsInACase() {
        var missing = new TreeSet<>(read.keySet());
        missing.removeAll(having.keySet());
        missing.removeAll(ELSEWHERE.keySet());

        assertTrue(read.size() > 200, () -> "only " + read.size() + " fields are said to be read");
        assertEquals(new TreeSet<>(), missing, "read, and in no case");
    }

    @Test
    void everyFieldThatIsReadDecidesACase() {
        var survivors = new TreeSet<String>();
        read.forEach((name, field) -> {
            if (!ELSEWHERE.containsKey(name)
                    && having.containsKey(name)
                    && having.get(name).stream().noneMatch(vector -> misses(vector, field))) {
                survivors.add(name);
            }
        });

        assertEquals(new TreeSet<>(), survivors, "taken out of all cases without a difference");
    }

    private static boolean misses(Vector vector, FieldDescriptor field) {
        try {
            Play.of(vector, messages -> without(messages, field));
            return false;
        } catch (Mismatch e) {
            return true;
        }
    }

    private static List<Message> without(List<Message> messages, FieldDescriptor field) {
        List<Message> changed = new ArrayList<>();
        for (DynamicMessage message : Surgery.loosen(messages)) {
            changed.add(Surgery.change(message, field.getContainingType(), one -> one.clearField(field)));
        }
        return changed;
    }
}
