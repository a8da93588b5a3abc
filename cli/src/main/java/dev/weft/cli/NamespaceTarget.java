package dev.weft.cli;

import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A control plane, and the namespace of it in which something is named. */
final class NamespaceTarget {
    @Mixin
    private RestTarget controlPlane = new RestTarget();

    @Option(
            names = {"-n", "--namespace"},
            defaultValue = "default",
            description = "its namespace; default: default")
    @SuppressWarnings("NullAway.Init")
    String namespace;

    Rest rest() throws IOException {
        return controlPlane.rest();
    }

    /** Path of an instance below {@code /api/v1/}. */
    String instance(String service, String endpoint) {
        return "instances/" + Rest.segment(namespace) + "/" + Rest.segment(service) + "/" + Rest.segment(endpoint);
    }
}
