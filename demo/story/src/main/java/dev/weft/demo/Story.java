package dev.weft.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** Starts the control plane and the shop, plays the acts one by one, and says of each what was expected and happened. */
public final class Story {
    private final Options options;
    private final Narrator narrator = new Narrator();
    private volatile boolean keepLogs;

    private Story(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("weft demo: " + e.getMessage());
            System.exit(2);
            return;
        }
        var story = new Story(options);
        try {
            System.exit(story.play() ? 0 : 1);
        } catch (Exception e) {
            // Also when it is being ended by Ctrl-C: then nothing is printed any more.
            story.narrator.say("The story could not be told: " + e);
            story.narrator.count(Books.of(List.of(), List.of()));
            System.exit(1);
        }
    }

    private boolean play() throws Exception {
        long start = System.nanoTime();
        var home = Files.createTempDirectory("weft-demo-");
        var processes = new Processes(Files.createDirectories(home.resolve("logs")));
        var machine = new Machine();
        var fleet = new Fleet(options, processes, machine, home);
        var web = new Web();
        // However we leave, by the end, Ctrl-C or SIGTERM: no process and no file of the demo stays.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(processes, home), "end of the demo"));
        try (var customers = new Customers(web, fleet.front.address())) {
            var rules = new Rules(options.rules(), home.resolve("rules"));
            var stage =
                    new Stage(options, machine, processes, fleet, web, customers, new Mesh(web, fleet), rules, home);
            boolean held = tell(stage, start);
            var books = Books.of(customers.made(), fleet.kills());
            boolean good = held && books.failed() == 0;
            if (!good) {
                keepLogs = true;
                complain(stage);
            }
            if (options.stay()) {
                narrator.count(books);
                stay(stage);
            }
            processes.close();
            narrator.count(books);
            return good;
        }
    }

    /** Plays everything; true when every expectation held. What breaks the story is one that didn't. */
    private boolean tell(Stage stage, long start) {
        try {
            boolean held = raise(stage);
            held &= playActs(stage);
            return held & limit("All in all", Wait.seconds(start), 180, "s");
        } catch (Exception e) {
            narrator.say("The story broke off: " + e.getMessage());
            return false;
        }
    }

    /** A limit counts, unless the user said that on this machine it doesn't. */
    private boolean limit(String what, double value, double limit, String unit) {
        boolean within = narrator.limit(what, value, limit, unit);
        if (!options.inTime(within)) {
            narrator.say(
                    "  which fails the demo; where the machine is busy with other things, --no-limits lets it pass");
        }
        return options.inTime(within);
    }

    private void complain(Stage stage) {
        stage.customers().made().stream()
                .filter(call -> !call.good())
                .limit(10)
                .forEach(call -> narrator.say("failed: %s, %.0f ms: %d %s"
                        .formatted(
                                call.kind(), call.milliseconds(), call.status(), Text.shorten(call.problem(), 400))));
        narrator.say("The logs of all processes are in " + stage.home().resolve("logs"));
    }

    private void end(Processes processes, Path home) {
        boolean keep = keepLogs; // as it is now, before what we end makes the story fail
        narrator.fallSilent();
        processes.close();
        if (!keep) {
            try {
                delete(home);
            } catch (IOException e) {
                System.err.println("weft demo: " + home + " could not be removed: " + e.getMessage());
            }
        }
    }

    /**
     * Starts everything, until every instance is up in the control plane and the page answers.
     *
     * @return whether that was in time
     * @throws IllegalStateException when it does not get so far
     */
    private boolean raise(Stage stage) throws Exception {
        var fleet = stage.fleet();
        narrator.say("Starting the control plane and " + fleet.members().size() + " instances of the shop.");
        var flags = String.join(" ", Fleet.FLAGS);
        narrator.say("Each instance:  java " + flags + " -javaagent:weft-agent.jar -jar <service>.jar");
        narrator.say("Control plane:  java " + flags + " -jar weft.jar control-plane --config <rules>");
        long start = System.nanoTime();
        fleet.startControlPlane();
        for (var member : fleet.members()) {
            fleet.start(member);
        }
        var wanted = new HashSet<String>();
        fleet.members().forEach(member -> wanted.add(member.address()));
        try {
            Wait.until("the control plane", Duration.ofMinutes(4), () -> {
                alive(fleet);
                return stage.mesh().controlPlaneAnswers();
            });
            Wait.until("all instances are up", Duration.ofMinutes(4), () -> {
                alive(fleet);
                return new HashSet<>(stage.mesh().up()).containsAll(wanted);
            });
            Wait.until("the front page", Wait.LONG, () -> stage.web().answers(fleet.front.address(), "/"));
        } catch (IllegalStateException | IOException e) {
            throw new IllegalStateException("the fleet did not get ready: " + e.getMessage(), e);
        }
        boolean inTime = limit("Fleet ready", Wait.seconds(start), 40, "s");
        narrator.say(
                "Rules: " + stage.rules().live() + "   logs: " + stage.home().resolve("logs"));
        return inTime;
    }

    private static void alive(Fleet fleet) {
        var fallen = fleet.fallen();
        if (!fallen.isEmpty()) {
            throw new IllegalStateException(fallen + " ended while starting");
        }
    }

    private boolean playActs(Stage stage) {
        List<Act> acts = new ArrayList<>(new RoutingActs(stage).acts());
        acts.addAll(new BadDayActs(stage).acts());
        acts.addAll(new InsightActs(stage).acts());
        long start = System.nanoTime();
        boolean good = true;
        double most = stage.fleet().residentBytes() / 1e9;
        for (int i = 0; i < acts.size(); i++) {
            good &= narrator.act(i + 1, acts.get(i));
            most = Math.max(most, stage.fleet().residentBytes() / 1e9);
        }
        narrator.say("");
        good &= limit("Story told", Wait.seconds(start), 90, "s");
        good &= limit("Resident memory of all processes together, at most", most, 2.5, "GB");
        return good;
    }

    private void stay(Stage stage) throws Exception {
        var fleet = stage.fleet();
        if (!fleet.process("control-plane").isAlive()) {
            fleet.startControlPlane();
            Wait.until("the control plane is back", Wait.LONG, stage.mesh()::controlPlaneAnswers);
        }
        narrator.say("");
        narrator.say("The fleet stays until you press Ctrl-C. To try:");
        narrator.say("  the shop            http://" + fleet.front.address() + "/   as a tester: /?group=testers");
        narrator.say("  orders of v1, v2    http://" + fleet.orderV1.address() + "/   http://" + fleet.orderV2.address()
                + "/");
        narrator.say("  the control plane   http://" + fleet.rest + "/api/v1/instances   .../services   .../rules");
        narrator.say(
                "  rules               edit and save " + stage.rules().live().resolve(Rules.ROUTES));
        narrator.say("  explain             WEFT_RUNTIME_DIR=" + fleet.runtime() + " ./weft explain --pid "
                + fleet.process("front").pid() + " http://order/orders");
        narrator.say("  the agents' state   WEFT_RUNTIME_DIR=" + fleet.runtime() + " ./weft doctor");
        new CountDownLatch(1).await();
    }

    private static void delete(Path home) throws IOException {
        try (var files = Files.walk(home)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
