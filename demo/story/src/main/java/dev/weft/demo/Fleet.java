package dev.weft.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The control plane and the seven instances of the shop, each a process of its own. */
final class Fleet {
    /** Small and quick to start; production would leave the second compiler on. */
    static final List<String> FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Xss512k");

    final Member front;
    final Member user;
    final Member orderV1;
    final Member orderV2;
    final List<Member> products;
    final String xds;
    final String rest;

    private final Options options;
    private final Processes processes;
    private final Path home;
    private final Map<String, Process> running = new LinkedHashMap<>();
    private final List<Kill> kills = new CopyOnWriteArrayList<>();

    Fleet(Options options, Processes processes, Machine machine, Path home) throws IOException {
        this.options = options;
        this.processes = processes;
        this.home = home;
        front = Member.of("front", "front", machine.freePort(), "v1");
        user = Member.of("user", "user", machine.freePort(), "v1");
        orderV1 = Member.of("order-v1", "order", machine.freePort(), "v1");
        orderV2 = Member.of("order-v2", "order", machine.freePort(), "v2");
        products = List.of(
                Member.of("product-1", "product", machine.freePort(), "v1"),
                Member.of("product-2", "product", machine.freePort(), "v1"),
                Member.of("product-3", "product", machine.freePort(), "v1"));
        xds = "127.0.0.1:" + machine.freePort();
        rest = "127.0.0.1:" + machine.freePort();
    }

    List<Member> members() {
        var members = new ArrayList<>(List.of(front, user, orderV1, orderV2));
        members.addAll(products);
        return members;
    }

    void startControlPlane() throws IOException {
        var command = options.weft(
                FLAGS,
                "control-plane",
                "--config",
                home.resolve("rules").toString(),
                "--state",
                home.resolve("state").resolve("control-plane").toString(),
                "--xds",
                xds,
                "--rest",
                rest);
        running.put(
                "control-plane",
                processes.start(
                        "control-plane",
                        command,
                        Map.of("WEFT_RUNTIME_DIR", runtime().toString())));
    }

    void start(Member member) throws IOException {
        var environment = new HashMap<>(member.environment());
        environment.put("WEFT_RUNTIME_DIR", runtime().toString());
        environment.put("WEFT_CONTROL_PLANE", xds);
        environment.put(
                "WEFT_STATE_DIR", home.resolve("state").resolve(member.name()).toString());
        environment.put("ORDER_VERSION", member.environment().get("WEFT_VERSION"));
        environment.put(
                "ORDER_DATA", home.resolve("data").resolve(member.name()).toString());
        running.put(member.name(), processes.start(member.name(), java(member.service(), true), environment));
    }

    /** The same jar, started without the agent. */
    Process startPlain(String service, int port) throws IOException {
        var name = service + "-without-agent";
        var environment = Map.of(
                "SERVER_ADDRESS", "127.0.0.1",
                "SERVER_PORT", Integer.toString(port),
                "ORDER_DATA", home.resolve("data").resolve(name).toString());
        return processes.start(name, java(service, false), environment);
    }

    private List<String> java(String service, boolean withAgent) {
        var command = new ArrayList<String>();
        command.add(Options.java().toString());
        command.addAll(FLAGS);
        if (withAgent) {
            command.add("-javaagent:" + options.agent());
        }
        command.addAll(List.of("-jar", options.jar(service).toString()));
        return command;
    }

    /** Kills an instance, which cuts off the calls that it is serving. */
    Kill kill(Member member) {
        long sent = System.nanoTime();
        processes.kill(process(member.name()));
        var kill = new Kill(sent, System.nanoTime());
        kills.add(kill);
        return kill;
    }

    /** No call passes through the control plane, so that its end excuses none that fails. */
    void killControlPlane() {
        processes.kill(process("control-plane"));
    }

    void stop(Member member) {
        processes.stop(process(member.name()));
    }

    List<Kill> kills() {
        return List.copyOf(kills);
    }

    Process process(String name) {
        var process = running.get(name);
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    /** The names of processes that ended although nobody ended them. */
    List<String> fallen() {
        return running.entrySet().stream()
                .filter(e -> !e.getValue().isAlive() && processes.living().contains(e.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    long residentBytes() {
        long sum = Machine.resident(ProcessHandle.current().pid());
        for (var process : processes.living()) {
            sum += Machine.resident(process.pid());
        }
        return sum;
    }

    /** The demo's own place for word between processes; the first of them creates it with the right mode. */
    Path runtime() {
        return home.resolve("run");
    }
}
