package dev.weft.agent;

import dev.weft.agent.config.Control;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogLevel;
import dev.weft.client.bootstrap.Bootstrap;
import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.ChannelTls;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.identity.PemCertificates;
import dev.weft.client.resource.CertificateSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The control planes, and what else is said where they are found: those that are configured, else
 * those of gRPC's bootstrap, else the one that the same user runs on this machine.
 *
 * @param namespace empty when nothing is said about it
 * @param authorities of names, each with the servers that it has for itself
 */
record ControlPlanes(
        Servers servers,
        Profile profile,
        NodeGiven node,
        String namespace,
        CertificateSource certificates,
        Map<String, List<Server>> authorities) {
    private static final Target DEFAULT = Target.parse("127.0.0.1:15010");

    static ControlPlanes of(Control control, Log log) {
        if (!control.planes().isEmpty()) {
            return plain(control, configured(control));
        }
        GrpcBootstrap bootstrap = GrpcBootstrap.of(control);
        if (bootstrap == null) {
            return plain(control, () -> List.of(server(control, local())));
        }
        try {
            return of(control, Bootstrap.read(bootstrap.text()));
        } catch (IOException | IllegalArgumentException e) {
            String why = "bootstrap " + bootstrap.where() + ": " + e.getMessage();
            log.say(LogLevel.ERROR, why);
            return plain(control, () -> {
                throw new IOException(why);
            });
        }
    }

    private static ControlPlanes of(Control control, Bootstrap bootstrap) {
        Profile profile = profile(control, bootstrap.profile());
        CertificateSource certificates = bootstrap.certificates().isEmpty()
                ? CertificateSource.NONE
                : new PemCertificates(bootstrap.certificates());
        return new ControlPlanes(
                Servers.of(bootstrap.servers().toArray(new Server[0])),
                profile,
                node(profile, bootstrap.node()),
                bootstrap.namespace(),
                certificates,
                bootstrap.authorities());
    }

    private static ControlPlanes plain(Control control, Servers servers) {
        Profile profile = profile(control, Profile.WEFT);
        return new ControlPlanes(
                servers, profile, node(profile, NodeGiven.NOTHING), "", CertificateSource.NONE, Map.of());
    }

    /** istiod tells by this that it is to answer by name. */
    private static NodeGiven node(Profile profile, NodeGiven given) {
        return profile == Profile.ISTIO ? given.with("GENERATOR", "grpc") : given;
    }

    private static Profile profile(Control control, Profile otherwise) {
        String name = control.profile();
        return name.isEmpty()
                ? otherwise
                : Profile.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Servers configured(Control control) {
        List<Server> all = new ArrayList<>();
        for (String plane : control.planes()) {
            all.add(server(control, Target.parse(plane)));
        }
        return Servers.of(all.toArray(new Server[0]));
    }

    private static Server server(Control control, Target target) {
        Control.Tls tls = control.tls();
        return new Server(
                target,
                tls == null
                        ? null
                        : new ChannelTls(
                                path(tls.authorities()),
                                path(tls.certificate()),
                                path(tls.key()),
                                tls.serverName().isEmpty() ? null : tls.serverName()),
                path(control.token()),
                Set.of());
    }

    /** Looked up anew for each connection: it may have come back on another port. */
    private static Target local() throws IOException {
        String address = LocalControlPlane.address();
        return address == null ? DEFAULT : Target.parse(address);
    }

    private static @Nullable Path path(String text) {
        return text.isEmpty() ? null : Path.of(text);
    }
}
