package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** The processes of a test, in a folder and a runtime directory of their own; all end with it. */
final class Fleet implements AutoCloseable {
    final Path folder;
    final Path rules;
    private final Deque<Running> processes = new ArrayDeque<>();
    private int names;

    Fleet(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.rules = Files.createDirectories(this.folder.resolve("rules"));
    }

    /** On a free port; agents without configuration find it in the runtime directory. */
    ControlPlane controlPlane() throws IOException, InterruptedException {
        return controlPlane("127.0.0.1:0");
    }

    ControlPlane controlPlane(String xds) throws IOException, InterruptedException {
        ControlPlane started = ControlPlane.start(this, xds);
        processes.push(started.running());
        return started;
    }

    /** A server with the agent. */
    Instance server(String service, String id) throws IOException, InterruptedException {
        return servers(service, id).get(0);
    }

    /** Servers with the agent, which start side by side. */
    List<Instance> servers(String service, String... ids) throws IOException, InterruptedException {
        return servers(service, (id, jvm) -> jvm, ids);
    }

    /** @param how each of them differs */
    List<Instance> servers(String service, BiFunction<String, Jvm, Jvm> how, String... ids)
            throws IOException, InterruptedException {
        List<Running> starting = new ArrayList<>();
        for (String id : ids) {
            starting.add(member(service, id, jvm -> how.apply(id, jvm)));
        }
        List<Instance> started = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            started.add(instance(ids[i], starting.get(i)));
        }
        return started;
    }

    Instance server(String service, String id, UnaryOperator<Jvm> how) throws IOException, InterruptedException {
        return instance(id, member(service, id, how));
    }

    private Running member(String service, String id, UnaryOperator<Jvm> how) throws IOException {
        // Who is told to end waits no longer than its callers need to go elsewhere, however busy the machine is.
        Jvm jvm = how.apply(new Jvm(folder)
                .agent("service", service)
                .agent("address", "127.0.0.1")
                .agent("drain", "60s"));
        return own(jvm.run(service + "-" + id, "sample.Server", id));
    }

    /** A server that is no member of any mesh. */
    Instance outsider(String id) throws IOException, InterruptedException {
        return outsider(id, jvm -> jvm);
    }

    Instance outsider(String id, UnaryOperator<Jvm> how) throws IOException, InterruptedException {
        return instance(id, own(how.apply(new Jvm(folder)).run(id, "sample.Server", id)));
    }

    /** A server with the agent on another Tomcat: whatever it is asked for, it answers its id and the traceparent. */
    Instance onTomcat(int tomcat, String service, String id) throws IOException, InterruptedException {
        Jvm jvm = new Jvm(folder).agent("service", service).agent("address", "127.0.0.1");
        return instance(id, own(jvm.run(service + "-" + id, Libraries.tomcat(tomcat), "sample.AnyTomcat", id)));
    }

    private Instance instance(String id, Running running) throws IOException, InterruptedException {
        String listening = running.line("listening ");
        int port = Integer.parseInt(listening.substring("listening ".length()));
        return new Instance(running, id, port, new Admin(this, running.pid()));
    }

    /** Servers whose control plane says that they can be called. */
    void up(ControlPlane controlPlane, String service, int count) {
        Until.so(count + " instances of " + service + " are up", () -> controlPlane.up(service) == count);
    }

    /** A caller with the agent. */
    Caller caller(String client) throws IOException, InterruptedException {
        return caller(client, Jvm::agent);
    }

    Caller caller(String client, UnaryOperator<Jvm> how) throws IOException, InterruptedException {
        Jvm jvm = how.apply(new Jvm(folder));
        return caller(jvm.run("caller-" + client + "-" + ++names, "sample.Caller", client));
    }

    /** A caller that was started otherwise. */
    Caller caller(Running started) throws IOException, InterruptedException {
        own(started);
        assertEquals("ready", started.line());
        return new Caller(this, started);
    }

    /** A program that is no JVM, and that knows of no proxy but by what it is told here. */
    Running program(String name, List<String> command, Map<String, String> environment) throws IOException {
        Path errors = Files.createTempFile(folder, name + "-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment()
                .keySet()
                .removeIf(key -> key.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().putAll(environment);
        return own(new Running(name, builder.start(), errors));
    }

    Running own(Running running) {
        processes.push(running);
        return running;
    }

    /** Saves a rule as an editor that writes whole files does. */
    void rule(String file, String yaml) throws IOException {
        Path draft = Files.writeString(folder.resolve(file + ".draft"), yaml);
        Files.move(draft, rules.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        processes.forEach(Running::close);
    }
}
