package dev.weft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a workload without an agent known to the mesh. */
@Command(
        name = "register",
        description = "Registers a workload that has no agent. Its lease ends unless it is renewed: --keep does that.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:registered", "1:refused, and why", "2:wrong usage", "3:nobody answers there"})
final class RegisterCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    NamespaceTarget target = new NamespaceTarget();

    @Parameters(index = "0", paramLabel = "SERVICE")
    @SuppressWarnings("NullAway.Init")
    String service;

    @Parameters(index = "1", paramLabel = "ADDRESS:PORT")
    @SuppressWarnings("NullAway.Init")
    String endpoint;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "such as version=v2; may be repeated")
    Map<String, String> labels = Map.of();

    @Option(names = "--weight", defaultValue = "1", description = "its share of the calls; default 1")
    int weight;

    @Option(names = "--zone", defaultValue = "", description = "where it runs")
    @SuppressWarnings("NullAway.Init")
    String zone;

    @Option(names = "--region", defaultValue = "", description = "where it runs")
    @SuppressWarnings("NullAway.Init")
    String region;

    @Option(names = "--protocol", defaultValue = "http", description = "what it speaks; default http")
    @SuppressWarnings("NullAway.Init")
    String protocol;

    @Option(names = "--ttl", defaultValue = "30", paramLabel = "SECONDS", description = "of its lease; default 30")
    int ttl;

    @Option(names = "--keep", description = "go on renewing it until this command is ended, then deregister")
    boolean isKept;

    @Override
    public Integer call() throws IOException {
        var rest = target.rest();
        var path = target.instance(service, endpoint);
        register(rest, path);
        spec.commandLine().getOut().println(service + " " + endpoint + ": registered for " + ttl + " s");
        spec.commandLine().getOut().flush();
        if (isKept) {
            keep(rest, path);
        }
        return 0;
    }

    private void register(Rest rest, String path) throws IOException {
        var body = new LinkedHashMap<String, Object>();
        body.put("labels", labels);
        body.put("weight", weight);
        body.put("zone", zone);
        body.put("region", region);
        body.put("protocol", protocol);
        body.put("ttl", ttl + "s");
        rest.change("PUT", path, "application/json", JSON.writeValueAsString(body));
    }

    private void keep(Rest rest, String path) {
        var renewal = new Renewal(
                rest, path, () -> register(rest, path), spec.commandLine().getErr());
        var ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ended.countDown();
                            renewal.end();
                        },
                        "weft-end"));
        try {
            while (!ended.await(Math.max(1, ttl / 3), TimeUnit.SECONDS)) {
                renewal.renew();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
