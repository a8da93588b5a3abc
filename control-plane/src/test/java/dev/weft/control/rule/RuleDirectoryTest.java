package dev.weft.control.rule;

import static dev.weft.control.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleDirectoryTest {
    @TempDir
    Path root;

    private final CapturedLog log = new CapturedLog();

    private RuleDirectory directory() {
        return new RuleDirectory(root, new RuleParser(new HostNames("cluster.local")), log.log());
    }

    private static String service(String name, String host, String target) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  hosts: [%s]
                  http:
                    - route:
                        - destination: {host: %s}
                """.formatted(name, host, target);
    }

    private static List<String> names(RuleDirectory directory) {
        return directory.rules().of(VirtualService.class).stream()
                .map(VirtualService::name)
                .toList();
    }

    @Test
    void filesCountInTheOrderOfTheirNamesAndHiddenOnesNot() throws IOException {
        Files.createDirectories(root.resolve("team"));
        Files.writeString(root.resolve("20-b.yaml"), service("b", "order", "order"));
        Files.writeString(root.resolve("10-a.yml"), service("a", "order", "order"));
        Files.writeString(root.resolve("team/c.yaml"), service("c", "audit", "order"));
        Files.writeString(root.resolve(".draft.yaml"), service("d", "order", "order"));
        Files.writeString(root.resolve("notes.txt"), "not a rule");
        RuleDirectory directory = directory();
        assertTrue(directory.scan(Set.of()));
        assertEquals(List.of("a", "b", "c"), names(directory));
        assertFalse(directory.scan(Set.of()));
    }

    @Test
    void whoReadsThemOnceReadsTheSameFiles() throws IOException {
        Files.createDirectories(root.resolve(".git/hooks"));
        Files.writeString(root.resolve(".git/hooks/a.yaml"), service("a", "order", "order"));
        Path data = Files.createDirectories(root.resolve("..2026_data"));
        Files.writeString(data.resolve("b.yaml"), service("b", "order", "order"));
        Files.createSymbolicLink(root.resolve("..data"), data);
        Files.createSymbolicLink(root.resolve("b.yaml"), Path.of("..data/b.yaml"));
        Path elsewhere = Files.createDirectories(root.resolve("..2026_data/team"));
        Files.writeString(elsewhere.resolve("c.YML"), service("c", "audit", "order"));
        Files.createSymbolicLink(root.resolve("team"), elsewhere);
        Files.createSymbolicLink(root.resolve("circle"), root);
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        assertEquals(List.of("b", "c"), names(directory));
        RuleReading reading = RuleReading.of(List.of(root), new RuleParser(new HostNames("cluster.local")));
        assertEquals(
                List.of("b", "c"),
                reading.rules().of(VirtualService.class).stream()
                        .map(VirtualService::name)
                        .toList());
    }

    @Test
    void aLinkThatLeadsNowhereOrInACircleCostsNobodyElsesRules() throws IOException {
        Files.writeString(root.resolve("a.yaml"), service("a", "order", "order"));
        Files.createSymbolicLink(root.resolve("circle"), root);
        Files.createSymbolicLink(root.resolve("gone.yaml"), root.resolve("nowhere"));
        RuleDirectory directory = directory();
        assertTrue(directory.scan(Set.of()));
        assertEquals(List.of("a"), names(directory));
        assertFalse(directory.scan(Set.of()));
    }

    @Test
    void aFileThatBecomesBadKeepsCountingAsItLastWasGood() throws IOException {
        Path file = root.resolve("a.yaml");
        Files.writeString(file, service("a", "order", "v1"));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        RuleSet good = directory.rules();

        Files.writeString(file, service("a", "order", "v2") + "oops: 1\n");
        directory.scan(Set.of(file));
        assertEquals(good.of(VirtualService.class), directory.rules().of(VirtualService.class));
        assertEquals(good.version(), directory.rules().version());
        assertTrue(directory.rules().entries().get(0).isRefused());

        Files.writeString(file, service("a", "order", "v2"));
        directory.scan(Set.of(file));
        assertFalse(directory.rules().entries().get(0).isRefused());
        assertNotEquals(good.version(), directory.rules().version());
    }

    @Test
    void aFileThatIsDeletedTakesItsRulesWithIt() throws IOException {
        Files.writeString(root.resolve("a.yaml"), service("a", "order", "v1"));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        Files.delete(root.resolve("a.yaml"));
        assertTrue(directory.scan(Set.of()));
        assertEquals(List.of(), names(directory));
    }

    @Test
    void aDirectoryThatVanishesTakesNothingWithIt() throws IOException {
        Path rules = Files.createDirectory(root.resolve("rules"));
        Files.writeString(rules.resolve("a.yaml"), service("a", "order", "v1"));
        RuleDirectory directory = new RuleDirectory(rules, new RuleParser(new HostNames("cluster.local")), log.log());
        directory.scan(Set.of());
        Files.move(rules, root.resolve("elsewhere"));
        assertFalse(directory.scan(Set.of()));
        assertEquals(List.of("a"), names(directory));
        assertTrue(log.text().contains("what is in force stays"), log.text());
    }

    @Test
    void theSameNameTwiceCountsOnceAndIsReported() throws IOException {
        Files.writeString(root.resolve("a.yaml"), service("order", "order", "v1"));
        Files.writeString(root.resolve("b.yaml"), service("order", "order", "v2"));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        assertEquals(1, directory.rules().of(VirtualService.class).size());
        RuleSet.Entry second = directory.rules().entries().get(1);
        assertTrue(second.isRefused());
        assertEquals(
                "VirtualService default/order is already defined in a.yaml:1",
                second.errors().get(0).reason());
        Files.delete(root.resolve("a.yaml"));
        directory.scan(Set.of());
        assertFalse(directory.rules().entries().get(0).isRefused());
    }

    @Test
    void whatDoesNotFitTogetherIsAWarningWithItsPlace() throws IOException {
        Files.writeString(root.resolve("a.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - route:
                        - destination:
                            host: order
                            subset: v11
                            port: {number: 8080}
                    - name: never
                      route:
                        - destination: {host: order}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: order}
                spec:
                  host: order
                  subsets: [{name: v1, labels: {version: v1}}]
                """);
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        List<String> warnings =
                directory.rules().warnings().stream().map(Finding::toString).toList();
        assertEquals(3, warnings.size(), warnings.toString());
        assertEquals(
                "a.yaml:9:13: subset: subset 'v11' of order.default.svc.cluster.local is defined by no"
                        + " DestinationRule: calls to it fail; did you mean 'v1'?",
                warnings.get(0));
        assertTrue(warnings.get(1).startsWith("a.yaml:9:13: port: port 8080 has no effect"), warnings.get(1));
        assertTrue(warnings.get(2).startsWith("a.yaml:12:7: http: route 'never' is never reached"), warnings.get(2));
    }

    private List<String> warnings(String first, String second) throws IOException {
        Files.writeString(root.resolve("a.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - match: [%s]
                      route: [{destination: {host: order}}]
                    - match: [%s]
                      route: [{destination: {host: order}}]
                """.formatted(first, second));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        assertEquals(1, directory.rules().of(VirtualService.class).size(), log.text());
        return directory.rules().warnings().stream().map(Finding::reason).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{uri: {prefix: /a}, queryParams: {x: {exact: y}}} | {uri: {prefix: /a/b}}",
                "{uri: {prefix: /a}, queryParams: {x: {exact: y}}} | {uri: {prefix: /a}, queryParams: {x: {exact: z}}}",
                "{uri: {prefix: /a}} | {uri: {prefix: /a/b}, ignoreUriCase: true}",
                "{uri: {exact: /a}} | {uri: {exact: /a}, ignoreUriCase: true}",
                "{uri: {prefix: /a/b}} | {uri: {prefix: /a}}",
                "{uri: {prefix: /a}} | {headers: {x: {exact: y}}}",
                "{sourceLabels: {app: a}} | {uri: {prefix: /a}}",
                "{sourceLabels: {app: a}} | {sourceLabels: {app: b}}",
                "{sourceNamespace: lab} | {uri: {prefix: /a}}"
            })
    void aMatchThatTakesOnlySomeOfALaterOnesCallsHidesNothing(String first, String second) throws IOException {
        assertEquals(List.of(), warnings(first, second));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{uri: {prefix: /a}} | {uri: {prefix: /a/b}, queryParams: {x: {exact: y}}}",
                "{uri: {prefix: /a}, queryParams: {x: {exact: y}}} | {uri: {exact: /a}, queryParams: {x: {exact: y}}}",
                "{uri: {prefix: /A}, ignoreUriCase: true} | {uri: {prefix: /a/b}}",
                "{queryParams: {x: {exact: y}}} | {uri: {prefix: /a}, ignoreUriCase: true, queryParams: {x: {exact: y}}}",
                "{uri: {regex: /a+}} | {uri: {regex: /a+}}",
                "{sourceLabels: {app: a}} | {sourceLabels: {app: a, version: v2}, uri: {prefix: /a}}",
                "{sourceNamespace: lab} | {sourceNamespace: lab, uri: {prefix: /a}}"
            })
    void aMatchThatTakesAllOfALaterOnesCallsIsWarnedOf(String first, String second) throws IOException {
        List<String> warnings = warnings(first, second);
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).startsWith("is never reached for order."), warnings.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redirect: {uri: /b} | timeout: 1s | timeout | redirect",
                "redirect: {uri: /b} | retries: {attempts: 2} | retries | redirect",
                "redirect: {uri: /b} | mirror: {host: order} | mirror | redirect",
                "redirect: {uri: /b} | mirrors: [{destination: {host: order}}] | mirrors | redirect",
                "directResponse: {status: 503} | timeout: 1s | timeout | directResponse",
                "directResponse: {status: 503} | headers: {request: {remove: [x]}} | headers | directResponse"
            })
    void whatAnAnswerMakesOfNoEffectIsWarnedOf(String action, String other, String field, String beside)
            throws IOException {
        Files.writeString(root.resolve("a.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - %s
                      %s
                """.formatted(action, other));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        assertEquals(
                List.of("a.yaml:7:7: " + field + ": has no effect beside " + beside + ", which answers the call"),
                directory.rules().warnings().stream().map(Finding::toString).toList(),
                log.text());
    }

    @Test
    void aSavedFileIsAppliedByTheWatcher() throws IOException {
        RuleStore store = new RuleStore(root, null, new RuleParser(new HostNames("cluster.local")), log.log());
        store.load();
        AtomicReference<RuleSet> seen = new AtomicReference<>(RuleSet.EMPTY);
        store.listen(seen::set);
        try (RuleWatcher watcher = new RuleWatcher(root, store::scan, log.log())) {
            Files.writeString(root.resolve("a.yaml"), service("a", "order", "v1"));
            eventually(
                    "the file counts", () -> seen.get().of(VirtualService.class).size() == 1);

            // As careful editors do: write beside it, then rename.
            Files.writeString(root.resolve(".a.yaml.new"), service("a", "order", "v2"));
            Files.move(root.resolve(".a.yaml.new"), root.resolve("a.yaml"), StandardCopyOption.REPLACE_EXISTING);
            eventually(
                    "the new content counts",
                    () -> seen.get()
                            .destinations()
                            .anyMatch(destination -> destination.host().startsWith("v2.")));

            Files.createDirectory(root.resolve("team"));
            Files.writeString(root.resolve("team/b.yaml"), service("b", "audit", "v1"));
            eventually(
                    "a new directory counts",
                    () -> seen.get().of(VirtualService.class).size() == 2);
            assertTrue(watcher.isAlive());
        }
    }

    @Test
    void aFileThatIsStillBeingWrittenLeavesInForceWhatWas() throws IOException {
        Path file = root.resolve("a.yaml");
        Files.writeString(file, service("a", "order", "v1"));
        RuleStore store = new RuleStore(root, null, new RuleParser(new HostNames("cluster.local")), log.log());
        store.load();
        AtomicReference<RuleSet> seen = new AtomicReference<>(store.rules());
        store.listen(seen::set);
        AtomicBoolean isWriting = new AtomicBoolean(true);
        AtomicInteger looks = new AtomicInteger();
        LongSupplier clock = () -> {
            looks.incrementAndGet();
            return written(file) + (isWriting.get() ? 0 : Settled.MOMENT_MILLIS);
        };
        try (RuleWatcher watcher = new RuleWatcher(root, store::scan, clock, log.log())) {
            String first = service("a", "order", "v2") + "---\n";
            Files.writeString(file, first);
            int before = looks.get();
            eventually("it was looked at again and again", () -> looks.get() > before + 3);
            assertEquals(List.of("v1"), targets(seen.get()));

            Files.writeString(file, first + service("b", "audit", "v2"));
            isWriting.set(false);
            eventually("the whole counts", () -> targets(seen.get()).equals(List.of("v2", "v2")));
            assertTrue(watcher.isAlive());
        }
    }

    private static long written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> targets(RuleSet rules) {
        return rules.destinations()
                .map(destination -> destination.host().replaceAll("\\..*", ""))
                .toList();
    }

    @Test
    void aFileIsWholeWhenItWasLeftAloneForAMoment() throws IOException {
        Path file = root.resolve("a.yaml");
        Files.writeString(file, "kind: a\n");
        long written = Files.getLastModifiedTime(file).toMillis();
        assertFalse(Settled.all(root, written));
        assertFalse(Settled.all(root, written + Settled.MOMENT_MILLIS - 1));
        assertTrue(Settled.all(root, written + Settled.MOMENT_MILLIS));
        assertTrue(Settled.all(root, written - 1), "written by a clock that is ahead");

        Files.writeString(file, "kind: a\nweight: 9");
        Files.setLastModifiedTime(file, FileTime.fromMillis(written));
        assertFalse(Settled.all(root, written + Settled.UNENDED_MILLIS - 1));
        assertTrue(Settled.all(root, written + Settled.UNENDED_MILLIS));
    }

    @Test
    void aChangeThatOnlyTheClockShowsIsSeen() throws IOException {
        Path file = root.resolve("a.yaml");
        Files.writeString(file, service("a", "order", "v1"));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        Files.writeString(file, service("a", "order", "v2"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertTrue(directory.scan(Set.of()));
        assertTrue(directory.rules().destinations().anyMatch(d -> d.host().startsWith("v2.")));
    }

    @Test
    void aFileOfFiftyMegabytesIsRefusedUnreadAndCostsNoOther() throws IOException {
        Files.writeString(root.resolve("a.yaml"), service("a", "order", "order"));
        RuleDirectory directory = directory();
        directory.scan(Set.of());
        try (var huge = new RandomAccessFile(root.resolve("huge.yaml").toFile(), "rw")) {
            huge.setLength(50L << 20);
        }
        try (var huge = new RandomAccessFile(root.resolve("a.yaml").toFile(), "rw")) {
            huge.setLength(50L << 20);
        }
        directory.scan(Set.of());
        assertEquals(List.of("a"), names(directory), "what a file said before stays in force");
        assertTrue(log.text().contains("huge.yaml:1:1: is larger than 1048576 bytes"), log.text());
    }
}
