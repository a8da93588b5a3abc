package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of all clients, each in its newest release, beside OpenTelemetry's agent: every numbered story that a
 * client tells alone it tells where that agent was there first and where it came last, but for the few that must go
 * otherwise, each for a reason that is written here.
 */
@Tag("long")
class TwoAgentsContractTest {
    private static final List<Order> ORDERS = List.of(Order.OTHER_FIRST, Order.OTHER_LAST);

    private static final Path INSTRUMENTATIONS = Path.of("../instrumentations");

    private static final List<String> MODULES =
            List.of("contract", "jdk-http", "jdk-urlconnection", "apache-httpclient4", "apache-httpclient5", "okhttp");

    /** In two JVMs side by side, because much of a story is waiting and a JVM has one weaver at a time. */
    private static final List<List<String>> TELLERS = List.of(
            List.of(
                    "dev.weft.adapters.jdkhttp.JdkHttpBlockingTest",
                    "dev.weft.adapters.jdkhttp.JdkHttpAsyncTest",
                    "dev.weft.adapters.urlconnection.UrlConnectionTest"),
            List.of(
                    "dev.weft.adapters.httpclient4.HttpClient4Test",
                    "dev.weft.adapters.httpclient5.HttpClient5Test",
                    "dev.weft.adapters.okhttp.OkHttpBlockingTest",
                    "dev.weft.adapters.okhttp.OkHttpEnqueuedTest"));

    /**
     * A story that can't hold where another agent traces.
     *
     * @param tellers of which clients
     */
    private record Otherwise(int story, List<String> tellers, List<Order> orders, String why) {}

    private static final List<String> ALL = TELLERS.stream()
            .flatMap(List::stream)
            .map(name -> name.substring(name.lastIndexOf('.') + 1))
            .toList();

    private static final List<Otherwise> OTHERWISE = List.of(
            new Otherwise(
                    18,
                    ALL,
                    ORDERS,
                    "the call is as without us, and so has a place in a trace, the other agent's, which is another one"
                            + " each time; ClientStories tells it but for that"),
            new Otherwise(
                    21,
                    ALL,
                    ORDERS,
                    "the other agent begins the traces and goes on with them; TwoAgentsTest tells what comes of it"));

    /** What one JVM said. */
    private record Heard(List<Told> told, Set<String> marked) {}

    /** @param failure empty for none */
    private record Told(String teller, String story, String failure) {
        private @Nullable Otherwise otherwise(Order order) {
            for (Otherwise one : OTHERWISE) {
                if (story.startsWith(one.story + ". ") && one.tellers.contains(teller) && one.orders.contains(order)) {
                    return one;
                }
            }
            return null;
        }

        void judge(Order order) {
            Otherwise otherwise = otherwise(order);
            if (otherwise != null) {
                assertTrue(
                        !failure.isEmpty(),
                        "it holds beside another agent, and is listed as one that can't: " + otherwise.why);
            } else if (!failure.isEmpty()) {
                fail(failure.replace("\\n", "\n"));
            }
        }
    }

    @TestFactory
    List<DynamicTest> everyStoryIsToldBesideAnotherAgentInEitherOrder(@TempDir Path folder) throws Exception {
        Map<Order, List<Running>> telling = new EnumMap<>(Order.class);
        Map<Order, List<Heard>> heard = new EnumMap<>(Order.class);
        Path agent = agent(folder); // once: a JVM that starts reads it
        try {
            for (Order order : ORDERS) {
                telling.put(order, new ArrayList<>());
                for (List<String> tellers : TELLERS) {
                    telling.get(order).add(tell(folder, agent, order, tellers));
                }
            }
            for (Order order : ORDERS) {
                heard.put(order, new ArrayList<>());
                for (Running one : telling.get(order)) {
                    heard.get(order).add(hear(one));
                }
            }
        } finally {
            telling.values().forEach(all -> all.forEach(Running::close));
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Order order : ORDERS) {
            tests.add(dynamicTest(order + " is the order", () -> {
                heard.get(order).forEach(one -> judge(order, one));
                Order turned = order == Order.OTHER_FIRST ? Order.OTHER_LAST : Order.OTHER_FIRST;
                heard.get(turned)
                        .forEach(one -> assertThrows(AssertionError.class, () -> judge(order, one), "it can't tell"));
            }));
            tests.add(dynamicTest(order + " has heard of every client", () -> {
                Set<String> tellers = new TreeSet<>();
                heard.get(order).forEach(one -> one.told().forEach(told -> tellers.add(told.teller)));
                assertEquals(new TreeSet<>(ALL), tellers);
            }));
            for (Heard one : heard.get(order)) {
                for (Told told : one.told()) {
                    String name = order + " " + told.teller + " " + told.story;
                    tests.add(dynamicTest(name, () -> told.judge(order)));
                }
            }
        }
        return tests;
    }

    /** Who comes second finds in the libraries what the other one has put there. */
    private static void judge(Order order, Heard one) {
        assertEquals(order == Order.OTHER_FIRST, !one.marked.isEmpty(), () -> order + ": " + one.marked);
    }

    private static Heard hear(Running telling) throws Exception {
        List<Told> told = new ArrayList<>();
        Set<String> marked = new TreeSet<>();
        for (String line = telling.line(); !line.equals("end"); line = telling.line()) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("told")) {
                told.add(new Told(words[1], words[2], words[3]));
            } else if (words[0].equals("marked")) {
                marked.add(words[1]);
            }
        }
        return new Heard(told, marked);
    }

    private static Running tell(Path folder, Path agent, Order order, List<String> tellers) throws IOException {
        Jvm jvm = order.place(new Jvm(folder).instead("-javaagent:" + agent))
                .option("-Dotel.traces.exporter=none")
                .option("-Xmx512m")
                .option("-Dhc4.version=" + version("httpclient-"))
                .option("-Dhc5.version=" + version("httpclient5-"))
                .option("-Dokhttp.version=" + version("okhttp-jvm-"));
        return jvm.run("teller", classPath(), ContractTeller.class.getName(), tellers.toArray(String[]::new));
    }

    /** The libraries of the application, and the adapters with their tests as the build has compiled them. */
    private static List<String> classPath() {
        List<String> all = new ArrayList<>();
        for (String module : MODULES) {
            for (String classes : List.of("classes", "test-classes")) {
                Path folder = INSTRUMENTATIONS.resolve(module).resolve("target").resolve(classes);
                if (Files.isDirectory(folder)) {
                    all.add(folder.toAbsolutePath().normalize().toString());
                }
            }
        }
        all.addAll(Libraries.jars(List.of(""))); // nothing of the application's may trace
        all.removeIf(entry -> Path.of(entry).getFileName().toString().startsWith("opentelemetry-"));
        return all;
    }

    /** Of the release on the class path. */
    private static String version(String library) {
        String jar =
                Path.of(Libraries.jars(List.of(library)).get(0)).getFileName().toString();
        assertNotNull(jar);
        return jar.substring(library.length(), jar.length() - ".jar".length());
    }

    /** Nothing but a manifest: its class is on the class path. */
    private static Path agent(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", ContractTeller.class.getName());
        main.putValue("Can-Retransform-Classes", "true");
        main.putValue("Can-Redefine-Classes", "true");
        Path jar = folder.resolve("teller.jar");
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        return jar;
    }
}
