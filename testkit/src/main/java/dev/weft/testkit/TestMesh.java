package dev.weft.testkit;

import dev.weft.client.warm.Standalone;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mesh for one test: rules, instances, and how each of these behaves. Calls are decided by the same
 * code as in an application with the agent, in virtual time, so that a timeout of a minute takes no
 * time. Not thread-safe.
 *
 * <pre>{@code
 * TestMesh mesh = TestMesh.istio(Path.of("src/mesh"))
 *         .instance("order", "10.0.0.1:8080", Map.of("version", "v1"))
 *         .instance("order", "10.0.0.2:8080", Map.of("version", "v2"))
 *         .start();
 * assertEquals("10.0.0.2:8080", mesh.call(TestCall.get("http://order/").header("x-beta", "1")).instance());
 * }</pre>
 */
public final class TestMesh {
    private final VirtualWorld world;
    private final Set<String> unsupported;

    private TestMesh(Standalone configuration, long seed) {
        this.world = new VirtualWorld(configuration.snapshot(), seed);
        this.unsupported = configuration.unsupported();
    }

    /**
     * Rules in Istio's words.
     *
     * @param files of rules, or directories of them
     */
    public static Builder istio(Path... files) {
        return new Builder(List.of(files), true);
    }

    /**
     * Resources of xDS.
     *
     * @param files YAML or JSON, each with a list {@code resources}, of which every one has its {@code @type}
     */
    public static Builder xds(Path... files) {
        return new Builder(List.of(files), false);
    }

    /** What a mesh is made of. */
    public static final class Builder {
        private final List<Path> files;
        private final boolean istio;
        private final List<Instance> instances = new ArrayList<>();
        private String namespace = IstioRules.NAMESPACE;
        private Map<String, String> labels = Map.of();
        private long seed = 1;

        private Builder(List<Path> files, boolean istio) {
            this.files = files;
            this.istio = istio;
        }

        /** An instance without labels. */
        public Builder instance(String service, String address) {
            return instance(service, address, Map.of());
        }

        /**
         * An instance that takes calls.
         *
         * @param service its name as rules write it; a short one is of the namespace {@code default}
         * @param address IP address and port, such as {@code 10.0.0.1:8080}
         * @throws IllegalStateException where the rules are xDS, which names the endpoints itself
         */
        public Builder instance(String service, String address, Map<String, String> labels) {
            if (!istio) {
                throw new IllegalStateException("the endpoints of " + service + " stand in the xDS resources");
            }
            instances.add(Instance.of(service, address, labels));
            return this;
        }

        /**
         * Who calls, where rules treat callers differently; without it, one of the namespace {@code default} that
         * has no labels.
         *
         * @param from its namespace
         * @param with its labels (an agent's are those that it is configured with, and {@code app}: its service)
         * @throws IllegalStateException where the rules are xDS, which are made for one caller
         */
        public Builder caller(String from, Map<String, String> with) {
            if (!istio) {
                throw new IllegalStateException("xDS resources are made for one caller");
            }
            namespace = from;
            labels = Map.copyOf(with);
            return this;
        }

        /** Where chance begins: equal seeds give equal decisions. 1 if it is not said. */
        public Builder seed(long from) {
            seed = from;
            return this;
        }

        /**
         * Reads the rules.
         *
         * @throws IllegalArgumentException when something of them is refused; names file, line, field and reason
         * @throws IOException when a file can't be read
         */
        public TestMesh start() throws IOException {
            return new TestMesh(istio ? istio() : XdsFiles.read(files), seed);
        }

        private Standalone istio() throws IOException {
            return IstioRules.read(files, instances, namespace, labels, IstioRules.DOMAIN);
        }
    }

    /**
     * From now on an instance answers with this status at once. Each answers with 200 at once until it is told
     * something else.
     */
    public TestMesh answers(String address, int status) {
        return answers(address, status, Duration.ZERO);
    }

    /**
     * From now on an instance answers with this status.
     *
     * @param after how long it takes
     */
    public TestMesh answers(String address, int status, Duration after) {
        world.behave(address, new Behaviour.Answers(status, after));
        return this;
    }

    /** From now on connections to an instance are refused. */
    public TestMesh refuses(String address) {
        world.behave(address, new Behaviour.Refuses());
        return this;
    }

    /** From now on an instance takes calls and closes the connection instead of answering. */
    public TestMesh breaks(String address) {
        world.behave(address, new Behaviour.Breaks());
        return this;
    }

    /** From now on an instance takes calls and never answers. */
    public TestMesh hangs(String address) {
        world.behave(address, new Behaviour.Hangs());
        return this;
    }

    /** Makes a call and says what became of it. */
    public Decision call(TestCall call) {
        return world.call(call);
    }

    /** Makes a GET. */
    public Decision get(String url) {
        return call(TestCall.get(url));
    }

    /** Makes equal calls one after another and says how they were shared out. */
    public Shares share(int calls, TestCall call) {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            decisions.add(call(call));
        }
        return Shares.of(decisions);
    }

    /** Lets time pass: ejections end, new instances warm up. */
    public TestMesh pass(Duration time) {
        world.pass(time);
        return this;
    }

    /** What the rules set and agents don't do, by the names of the fields of xDS; a test may want it empty. */
    public Set<String> unsupported() {
        return unsupported;
    }

    /** Whether a URL belongs to the mesh at all; calls to others pass through. */
    public boolean knows(String url) {
        return world.knows(URI.create(url));
    }
}
