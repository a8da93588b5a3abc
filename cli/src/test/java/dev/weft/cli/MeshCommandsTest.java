package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.ControlPlane;
import dev.weft.control.Options;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterStats;
import io.envoyproxy.envoy.config.endpoint.v3.UpstreamLocalityStats;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to a control plane, with a real one. */
class MeshCommandsTest {
    private static final String RULES = """
            # the canary
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: order}
            spec:
              hosts: [order]
              http:
                - route:
                    - destination: {host: order, subset: v1}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: order}
            spec:
              host: order
              subsets: [{name: v1, labels: {version: v1}}]
            """;

    @TempDir
    Path temp;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private StringWriter out;
    private StringWriter err;
    private Path files;
    private ControlPlane controlPlane;

    @BeforeEach
    void start() throws IOException {
        files = Files.createDirectory(temp.resolve("files"));
        start(Files.createDirectory(temp.resolve("rules")));
    }

    private void start(Path rules) throws IOException {
        controlPlane = ControlPlane.start(new Options(
                rules,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                temp.resolve("state"),
                Options.DEFAULT_DOMAIN,
                null,
                new PrintStream(log, true, StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        controlPlane.close();
    }

    private int run(String command, String... args) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--server", "127.0.0.1:" + controlPlane.rest().getPort()));
        all.addAll(List.of("--token-file", temp.resolve("state/token").toString()));
        all.addAll(List.of(args));
        return offline(all.toArray(String[]::new));
    }

    private int offline(String... args) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(files.resolve(name), content).toString();
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    @Test
    void rulesAreRolledBackHeldAndReleased() throws IOException {
        String rules = file("rules.yaml", RULES);
        assertEquals(0, run("apply", "-f", rules), err::toString);
        assertEquals(0, run("get", "rules", "--history"));
        assertTrue(lines().get(0).startsWith("NUMBER  VERSION"), lines().get(0));
        assertTrue(
                lines().get(1).contains("in force") && lines().get(1).endsWith("+api:DestinationRule/default/order"));

        assertEquals(0, run("rollback", "--dry-run", "1"), err::toString);
        assertEquals(
                List.of("would be in force, until --release", "  order.default.svc.cluster.local: routes, subsets"),
                lines());
        assertEquals(0, run("rollback", "1"), err::toString);
        assertEquals(0, run("status"));
        assertTrue(out.toString().contains("version 1 of the rules is held in force"), out::toString);
        assertEquals(1, run("apply", "-f", rules));
        assertTrue(err.toString().contains("version 1 is held by an operator"), err::toString);
        assertEquals(2, run("rollback", "--release", "1"));
        assertEquals(0, run("rollback", "--release"), err::toString);
        assertEquals(1, run("rollback", "--release"));
        assertEquals(1, run("rollback", "77"));
        assertTrue(err.toString().contains("there is no such version of the rules"), err::toString);
    }

    @Test
    void aWorkloadIsRegisteredShownDrainedAndDeleted() {
        assertEquals(
                0,
                run("register", "mail", "10.0.0.1:25", "--label", "version=v2", "--weight", "3", "--protocol", "smtp"),
                err::toString);
        assertEquals("mail 10.0.0.1:25: registered for 30 s", out.toString().strip());
        run("register", "mail", "[fd00::1]:25");

        assertEquals(0, run("get", "instances"));
        assertEquals(3, lines().size());
        assertTrue(
                lines().get(0).startsWith("SERVICE  NAMESPACE  ENDPOINT      STATE  VERSION  WEIGHT  ZONE  KEPT BY"),
                lines().get(0));
        assertTrue(
                lines().get(1).startsWith("mail     default    10.0.0.1:25   UP     v2       3       -     lease, "),
                lines().get(1));

        assertEquals(0, run("drain", "mail"));
        assertEquals(List.of("mail 10.0.0.1:25: DRAINING", "mail [fd00::1]:25: DRAINING"), lines());
        assertEquals(0, run("drain", "mail", "10.0.0.1:25", "--undo"));
        assertEquals(List.of("mail 10.0.0.1:25: UP"), lines());

        assertEquals(0, run("describe", "mail"));
        assertTrue(out.toString().contains("up         1 of 2"), out.toString());
        assertTrue(out.toString().contains("DRAINING (says UP)"), out.toString());
        assertTrue(
                out.toString().contains("[fd00::1]:25: an operator has said {\"state\":\"DRAINING\""), out.toString());

        assertEquals(0, run("get", "services", "--json"));
        assertTrue(out.toString().contains("\"host\" : \"mail.default.svc.cluster.local\""), out.toString());

        assertEquals(0, run("delete", "mail/10.0.0.1:25"));
        assertEquals(0, run("delete", "mail/[fd00::1]:25"));
        assertEquals(Main.FAILED, run("delete", "mail/10.0.0.1:25"));
        assertEquals(Main.FAILED, run("drain", "mail"));
        assertTrue(err.toString().contains("service mail in default has no instance"), err.toString());
    }

    @Test
    void agentsArePausedUntilThatIsUndone() {
        assertEquals(0, run("pause", "order", "--reason", "it hangs"), err::toString);
        assertEquals(List.of("default/order: paused, until --undo"), lines());
        assertEquals(0, run("pause", "--all", "-n", "lab"), err::toString);
        assertEquals(0, run("pause", "--everywhere"), err::toString);
        assertEquals(0, run("status"));
        List<String> paused =
                lines().stream().filter(line -> line.startsWith("paused ")).toList();
        assertEquals(3, paused.size(), out::toString);
        assertTrue(paused.get(0).startsWith("paused     */* since 20"), paused.get(0));
        assertTrue(paused.get(1).startsWith("paused     default/order since 20"), paused.get(1));
        assertTrue(paused.get(1).endsWith(": it hangs"), paused.get(1));
        assertTrue(paused.get(2).startsWith("paused     lab/* since 20"), paused.get(2));

        assertEquals(0, run("pause", "order", "--undo"));
        assertEquals(List.of("default/order: no longer paused by this"), lines());
        assertEquals(Main.FAILED, run("pause", "order", "--undo"));
        assertTrue(err.toString().contains("they are not paused by that"), err::toString);
        assertEquals(Main.USAGE, run("pause"));
        assertEquals(Main.USAGE, run("pause", "order", "--all"));
        assertEquals(Main.FAILED, run("pause", "Order!"));
    }

    @Test
    void callsThatClientsHaveReportedAreShownByServiceAndInSum() throws Exception {
        run("register", "mail", "10.0.0.1:25");
        assertEquals(0, run("status"));
        assertFalse(out.toString().contains("calls"), out::toString);
        var channel = NettyChannelBuilder.forAddress(controlPlane.xds())
                .usePlaintext()
                .build();
        try {
            var asked = new CountDownLatch(1);
            StreamObserver<LoadStatsRequest> stream = LoadReportingServiceGrpc.newStub(channel)
                    .streamLoadStats(new StreamObserver<>() {
                        @Override
                        public void onNext(LoadStatsResponse response) {
                            asked.countDown();
                        }

                        @Override
                        public void onError(Throwable failure) {}

                        @Override
                        public void onCompleted() {}
                    });
            // The answer to a report is given once it has been kept.
            stream.onNext(LoadStatsRequest.newBuilder()
                    .addClusterStats(ClusterStats.newBuilder()
                            .setClusterName("outbound|0||mail.default.svc.cluster.local")
                            .setTotalDroppedRequests(4)
                            .addUpstreamLocalityStats(UpstreamLocalityStats.newBuilder()
                                    .setLocality(Locality.newBuilder().setZone("east"))
                                    .setTotalIssuedRequests(9)
                                    .setTotalSuccessfulRequests(6)
                                    .setTotalErrorRequests(2)
                                    .setTotalRequestsInProgress(1)))
                    .build());
            asked.await();
            assertEquals(0, run("status"));
            assertTrue(lines().contains("calls      9 reported to 1 clusters, 2 failed, 4 dropped"), out::toString);
            assertEquals(0, run("describe", "mail"));
            assertTrue(
                    out.toString()
                            .contains("outbound|0||mail.default.svc.cluster.local  -       east  9      6"
                                    + "           2       1            -"),
                    out::toString);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void whoIsDownGetsNoCallsAtAllUntilThatIsUndone() {
        run("register", "mail", "10.0.0.1:25");
        assertEquals(0, run("drain", "mail", "--down"), err::toString);
        assertEquals(List.of("mail 10.0.0.1:25: DOWN"), lines());
        assertEquals(0, run("drain", "mail", "--undo"));
        assertEquals(List.of("mail 10.0.0.1:25: UP"), lines());
        assertEquals(Main.USAGE, run("drain", "mail", "--down", "--undo"));
    }

    @Test
    void oneRefusalKeepsNobodyFromTheRest() throws IOException {
        String file = file("order.yaml", RULES);
        run("apply", "-f", file);
        run("delete", "VirtualService/order");
        assertEquals(Main.FAILED, run("delete", "-f", file));
        assertTrue(err.toString().contains("rules/VirtualService/default/order: "), err.toString());
        assertEquals(List.of("rules/DestinationRule/default/order: deleted"), lines());
        assertEquals(0, run("get", "rules"));
        assertEquals(1, lines().size());
    }

    @Test
    void aRenewalThatComesAfterTheEndBringsNothingBack() throws IOException {
        String path = "instances/default/mail/10.0.0.1:25";
        Rest rest = new Rest(
                Endpoint.parse("127.0.0.1:" + controlPlane.rest().getPort()),
                Files.readString(temp.resolve("state/token")).strip());
        StringWriter said = new StringWriter();
        Renewal renewal = new Renewal(
                rest, path, () -> rest.change("PUT", path, "application/json", "{}"), new PrintWriter(said, true));
        renewal.renew();
        assertEquals(1, rest.list("instances", "").size(), "it had been away, and registers anew");
        renewal.renew();
        renewal.end();
        assertEquals(0, rest.list("instances", "").size());
        renewal.renew();
        assertEquals(0, rest.list("instances", "").size());
        assertEquals("", said.toString());
    }

    @Test
    void whatCantBeRegisteredIsSaidFieldByField() {
        assertEquals(Main.FAILED, run("register", "Mail", "10.0.0.1:25", "--weight", "0"));
        assertTrue(err.toString().contains("service: 'Mail' is not made of"), err.toString());
        assertTrue(err.toString().contains("weight: must be from 1"), err.toString());
    }

    @Test
    void rulesAreAppliedDescribedAndDeleted() throws IOException {
        String file = file("order.yaml", RULES);
        assertEquals(0, run("apply", "-f", file, "--dry-run"), err::toString);
        assertEquals("VirtualService default/order: would be created", lines().get(0));
        assertEquals("  order.default.svc.cluster.local: routes, subsets", lines().get(1));
        assertEquals(0, run("get", "rules"));
        assertEquals(1, lines().size());

        assertEquals(0, run("apply", "-f", file), err::toString);
        assertEquals(0, run("apply", "-f", files.toString()));
        assertEquals(
                List.of("VirtualService default/order: unchanged", "DestinationRule default/order: unchanged"),
                lines());
        assertEquals(0, run("get", "rules", "-n", "default"));
        assertEquals(3, lines().size());
        assertEquals(0, run("describe", "VirtualService/order"));
        assertTrue(out.toString().contains("state      ok"), out.toString());
        assertTrue(out.toString().contains("  hosts: [order]"), out.toString());
        assertEquals(0, run("status"), out::toString);
        assertTrue(out.toString().contains("rules      2, 0 refused"), out.toString());

        assertEquals(0, run("delete", "VirtualService/order"));
        assertEquals(Main.FAILED, run("delete", "-f", file));
        assertEquals(Main.USAGE, run("delete", "order"));
        assertEquals(Main.USAGE, run("delete"));
    }

    @Test
    void nothingIsAppliedWhenAnythingIsWrong() throws IOException {
        file("a.yaml", RULES);
        String broken =
                file("b.yaml", RULES.replace("name: order", "name: other").replace("hosts", "host"));
        assertEquals(Main.FAILED, run("apply", "-f", files.toString()));
        assertTrue(err.toString().contains(broken + ":6:3: error: spec.host: is unknown"), err.toString());
        assertEquals(0, run("get", "rules"));
        assertEquals(1, lines().size());
    }

    @Test
    void aWarningNamesTheLineOfTheFile() throws IOException {
        String file = file("order.yaml", RULES.replace("subset: v1", "subset: v9"));
        assertEquals(0, run("apply", "-f", file));
        List<String> warnings = lines().stream()
                .filter(line -> line.startsWith("  warning: " + file + ":9:24: subset: subset 'v9'"))
                .toList();
        assertEquals(2, warnings.size(), "once without and once with a rule that defines subsets: " + out);
    }

    @Test
    void whatTheOperatorsFilesDefineIsRefused() throws IOException {
        controlPlane.close();
        Files.writeString(temp.resolve("rules/order.yaml"), RULES);
        start(temp.resolve("rules"));
        assertEquals(Main.FAILED, run("apply", "-f", file("order.yaml", RULES)));
        assertTrue(err.toString().contains("is defined in order.yaml:2"), err.toString());
    }

    @Test
    void whatWasRefusedIsShownWithoutWhatATerminalObeys() throws IOException {
        Files.writeString(temp.resolve("rules/order.yaml"), RULES.replace("host: order,", "\"\\e[2Jh\\x9bx\": order,"));
        controlPlane.close();
        start(temp.resolve("rules"));
        assertEquals(Main.FAILED, run("status"));
        assertTrue(out.toString().contains(" [2Jh x"), out.toString());
        assertFalse(out.toString().chars().anyMatch(c -> Character.isISOControl(c) && c != '\n'), out.toString());
    }

    @Test
    void whoHasTheWrongTokenIsToldSoAndItIsNotPrinted() throws IOException {
        String wrong = file("token", "0123456789abcdef");
        String server = "127.0.0.1:" + controlPlane.rest().getPort();
        assertEquals(
                Main.FAILED, offline("register", "--server", server, "--token-file", wrong, "mail", "10.0.0.1:25"));
        assertTrue(err.toString().contains("this is not the token of this control plane"), err.toString());
        assertFalse(err.toString().contains("0123456789abcdef"), err.toString());
    }

    @Test
    void nobodyThereIsSaidWithTheAddress() {
        controlPlane.close();
        assertEquals(Main.UNREACHABLE, run("get", "services"));
        assertTrue(err.toString().contains("nobody answers at 127.0.0.1:"), err.toString());
    }

    @Test
    void analyzeFindsErrorsWithoutAControlPlane() throws IOException {
        file("a.yaml", RULES.replace("- route:", "- rout:"));
        assertEquals(Main.FAILED, offline("analyze", files.toString()));
        assertTrue(out.toString().contains("a.yaml:8:7: error: spec.http[0].rout: is unknown"), out.toString());
        assertTrue(out.toString().contains("2 rules, 2 errors, 0 warnings"), out.toString());
    }

    @Test
    void analyzeComparesRulesWithEachOther() throws IOException {
        file("a.yaml", """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: order}
                spec:
                  hosts: [order]
                  http:
                    - match:
                        - uri: {prefix: /a}
                      route:
                        - destination: {host: order, subset: v9}
                    - match:
                        - uri: {exact: /a/b}
                          headers: {x: {exact: y}}
                      route:
                        - destination: {host: odrer}
                    - route:
                        - destination: {host: order}
                    - name: never
                      route:
                        - destination: {host: order}
                """);
        assertEquals(0, offline("analyze", files.toString()));
        assertEquals(Main.FAILED, offline("analyze", "--strict", "--service", "order", files.toString()));
        String found = out.toString();
        assertTrue(found.contains("a.yaml:10:24: warning: subset: subset 'v9'"), found);
        assertTrue(found.contains("a.yaml:12:11: warning: match: is never reached"), found);
        assertTrue(found.contains("a.yaml:18:7: warning: http: route 'never' is never reached"), found);
        assertTrue(found.contains("there is no service odrer.default.svc.cluster.local; did you mean 'order'?"), found);
        assertTrue(found.contains("1 rules, 0 errors, 4 warnings"), found);
    }

    @Test
    void analyzeOfAFolderAloneMissesTargetsThatNothingElseThereIsAbout() throws IOException {
        file("a.yaml", RULES);
        assertEquals(0, offline("analyze", "--strict", files.toString()), out::toString);
        file(
                "b.yaml",
                RULES.replace("name: order", "name: more")
                        .replace("destination: {host: order", "destination: {host: odrer"));
        assertEquals(0, offline("analyze", files.toString()));
        assertTrue(
                out.toString()
                        .contains("b.yaml:9:24: warning: host: no other rule or ServiceEntry here is about"
                                + " odrer.default.svc.cluster.local; did you mean 'order'?"),
                out.toString());
    }

    @Test
    void whatIsNoRuleIsSkippedWithAWordAndTheRestApplied() throws IOException {
        String file = file("all.yaml", RULES + """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: order}
                """);
        int line = RULES.split("\n", -1).length + 1;
        assertEquals(0, run("apply", "-f", file), err::toString);
        assertTrue(
                err.toString()
                        .contains(file + ":" + line + ":1: warning: kind: Service of v1 is no rule, and is skipped"),
                err.toString());
        assertEquals(0, run("get", "rules"));
        assertEquals(3, lines().size(), out.toString());
    }

    @Test
    void statusShowsWhatLooksWrong() throws IOException {
        run("apply", "-f", file("order.yaml", RULES.replace("subset: v1", "subset: v9")));
        assertEquals(0, run("status"), out::toString);
        assertTrue(out.toString().contains("rules      2, 0 refused, 1 warnings"), out.toString());
        assertTrue(out.toString().contains("warning: api:VirtualService/default/order:8:"), out.toString());
    }

    @Test
    void analyzeAsksAControlPlaneWhichServicesThereAre() throws IOException {
        run("register", "order", "10.0.0.1:80");
        file("a.yaml", RULES);
        assertEquals(0, run("analyze", "--online", "--strict", files.toString()), out::toString);
        file("b.yaml", RULES.replace("order", "cart"));
        assertEquals(Main.FAILED, run("analyze", "--online", "--strict", files.toString()));
    }
}
