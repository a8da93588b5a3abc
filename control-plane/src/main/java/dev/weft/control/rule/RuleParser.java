package dev.weft.control.rule;

import dev.weft.protocol.words.Nearest;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads rule files, and refuses what it does not understand to the last field. */
public final class RuleParser {
    /** Rules are written by hand; a file above this is something else. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final int MAX_NODES = 500_000;
    private static final int MAX_DEPTH = 40;
    private static final Group ISTIO = new Group("networking.istio.io", List.of("v1", "v1beta1", "v1alpha3"));

    private static final Group GATEWAY_API = new Group("gateway.networking.k8s.io", List.of("v1", "v1beta1"));

    private static final Group SECURITY = new Group("security.istio.io", List.of("v1", "v1beta1"));

    private static final Group OURS = new Group("weft.dev", List.of("v1"));

    /** What stands before a kind. */
    private record Group(String name, List<String> versions) {
        boolean has(String apiVersion) {
            return versions.stream().anyMatch(version -> apiVersion.equals(name + "/" + version));
        }

        @Override
        public String toString() {
            int last = versions.size() - 1;
            return last == 0 ? name + "/" + versions.get(0) : several(last);
        }

        private String several(int last) {
            return name + "/" + String.join(", ", versions.subList(0, last)) + " or " + versions.get(last);
        }
    }

    /** The kinds of rules that are read. */
    public static final List<String> KINDS = List.of(
            "VirtualService",
            "DestinationRule",
            "ServiceEntry",
            "WorkloadEntry",
            "WorkloadGroup",
            "Sidecar",
            MeshRoute.HTTP,
            MeshRoute.GRPC,
            ResilienceReader.KIND,
            SecurityRule.PEER,
            SecurityRule.AUTHORIZATION,
            SecurityRule.REQUEST);

    static final Set<String> NOT_YET = Set.of(
            "Gateway",
            "EnvoyFilter",
            "ProxyConfig",
            "Telemetry",
            "WasmPlugin",
            "TCPRoute",
            "TLSRoute",
            "RateLimit",
            "Lane",
            "Protocol",
            "Migration");

    private final HostNames names;

    public RuleParser(HostNames names) {
        this.names = names;
    }

    /** Never throws for what stands in the file. */
    public RuleFile parse(String file, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return RuleFile.unreadable(file, "is larger than " + MAX_BYTES + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return RuleFile.unreadable(file, "is not UTF-8 text");
        }
        return new Reading(file).read(text);
    }

    /** One pass over one file. */
    private final class Reading {
        private final String file;
        private final List<RuleFile.Entry> entries = new ArrayList<>();
        private final List<Rule> rules = new ArrayList<>();
        private final List<Finding> all = new ArrayList<>();
        private final List<Finding> warnings = new ArrayList<>();
        private final List<Finding> skipped = new ArrayList<>();
        private final Document.Budget budget = new Document.Budget(MAX_NODES);

        Reading(String file) {
            this.file = file;
        }

        RuleFile read(String text) {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MAX_BYTES);
            options.setNestingDepthLimit(MAX_DEPTH);
            try {
                for (Node root : new Yaml(options).composeAll(new StringReader(text))) {
                    if (root != null && !root.getTag().equals(Tag.NULL)) {
                        document(root, text);
                    }
                }
            } catch (MarkedYAMLException e) {
                var mark = e.getProblemMark();
                Origin origin = mark == null
                        ? new Origin(file, 1, 1)
                        : new Origin(file, mark.getLine() + 1, mark.getColumn() + 1);
                all.add(new Finding(origin, "", "is not YAML: " + e.getProblem()));
            } catch (YAMLException | Document.TooLargeException e) {
                all.add(new Finding(new Origin(file, 1, 1), "", String.valueOf(e.getMessage())));
            }
            return new RuleFile(file, entries, rules, all, warnings, skipped);
        }

        /** What is no rule and never will be is left to whom it is for: a file may hold all that an application needs. */
        private void document(Node root, String text) {
            List<Node> items = Kind.of(root).items(root);
            if (items == null) {
                one(root, text);
            } else {
                items.forEach(item -> one(item, text)); // a list in a list is nobody's: an alias may make it its own
            }
        }

        private void one(Node root, String text) {
            Kind kind = Kind.of(root);
            if (kind.isOthers()) {
                new Document(file, all, skipped, budget)
                        .warn(root, "kind", kind.name() + " of " + kind.apiVersion() + " is no rule, and is skipped");
            } else {
                rule(root, text);
            }
        }

        private void rule(Node root, String text) {
            List<Finding> findings = new ArrayList<>();
            Document document = new Document(file, findings, warnings, budget);
            Fields fields = document.object(root, "");
            Header header = null;
            if (fields != null) {
                header = Header.read(fields);
                rule(header, fields);
            }
            all.addAll(findings);
            entries.add(
                    header == null
                            ? new RuleFile.Entry(document.origin(root), "", "", "", textOf(root, text), findings)
                            : new RuleFile.Entry(
                                    header.origin(),
                                    header.kind(),
                                    header.name(),
                                    header.namespace(),
                                    textOf(root, text),
                                    findings));
        }

        /**
         * SnakeYAML counts characters, not UTF-16 units. An item of a list stands further right than a document of its
         * own would.
         */
        private static String textOf(Node root, String text) {
            int start = text.offsetByCodePoints(0, root.getStartMark().getIndex());
            int end = text.offsetByCodePoints(0, root.getEndMark().getIndex());
            int column = root.getStartMark().getColumn();
            String found = text.substring(start, end).strip();
            return (column == 0 ? found : found.replaceAll("(?m)^ {1," + column + "}", "")) + "\n";
        }

        private void rule(Header header, Fields fields) {
            switch (header.kind()) {
                case "VirtualService" -> spec(header, fields, ISTIO, new VirtualServiceReader(header, names)::read);
                case "DestinationRule" -> spec(header, fields, ISTIO, new DestinationRuleReader(header, names)::read);
                case "ServiceEntry" -> spec(header, fields, ISTIO, new ServiceEntryReader(header, names)::read);
                case "WorkloadEntry" -> spec(header, fields, ISTIO, new WorkloadReader(header)::entry);
                case "WorkloadGroup" -> spec(header, fields, ISTIO, new WorkloadReader(header)::group);
                case "Sidecar" -> spec(header, fields, ISTIO, spec -> Sidecar.read(header, names, spec));
                case MeshRoute.HTTP, MeshRoute.GRPC ->
                    spec(header, fields, GATEWAY_API, new GatewayRouteReader(header, names)::read);
                case ResilienceReader.KIND -> spec(header, fields, OURS, new ResilienceReader(header, names)::read);
                case SecurityRule.PEER -> spec(header, fields, SECURITY, new SecurityReader(header)::peer);
                case SecurityRule.AUTHORIZATION ->
                    spec(header, fields, SECURITY, new SecurityReader(header)::authorization);
                case SecurityRule.REQUEST -> spec(header, fields, SECURITY, new SecurityReader(header)::request);
                case "" -> fields.ignore("spec", "status");
                default -> {
                    String nearest = Nearest.to(header.kind(), KINDS);
                    fields.wrong(
                            "kind",
                            NOT_YET.contains(header.kind())
                                    ? header.kind() + " is known but not supported yet"
                                    : "'" + header.kind() + "' is not a kind of rule"
                                            + (nearest == null ? "" : "; did you mean " + nearest + "?"));
                }
            }
        }

        private void spec(Header header, Fields fields, Group group, Function<Fields, Rule> reader) {
            if (!header.apiVersion().isEmpty() && !group.has(header.apiVersion())) {
                fields.wrong("apiVersion", "must be " + group + ", is '" + header.apiVersion() + "'");
            }
            Fields spec = fields.object("spec");
            if (spec != null) {
                rules.add(reader.apply(spec));
            } else if (!fields.has("spec")) {
                fields.wrong("spec", "is missing");
            }
            fields.ignore("status");
            fields.end();
        }
    }
}
