package dev.weft.control;

import dev.weft.control.identity.Admission;
import dev.weft.control.identity.TlsFiles;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a control plane is started.
 *
 * @param config directory of rule files; must exist
 * @param xds where agents connect; port 0 for any that is free
 * @param rest where the REST API listens; port 0 for any that is free
 * @param state directory of what must outlive the process; null for nothing. With a store only the token
 * @param domain what follows {@code SERVICE.NAMESPACE.svc.} in a full name
 * @param runtime where this user's processes find it; null to stay unannounced
 * @param out where log lines go
 * @param isLogJson each line is a JSON object; else text for people
 * @param tls of both listeners; null for none
 * @param store where several replicas keep rules and registry together; null to keep them in {@code state}
 * @param loadReports how often agents report what their calls come to; null for never
 * @param admission who may register by a stream
 * @param restHosts DNS names by which the REST API may be asked, beside those of the certificate
 */
@SuppressWarnings("AddressSelection") // a literal is one address
public record Options(
        Path config,
        InetSocketAddress xds,
        InetSocketAddress rest,
        @Nullable Path state,
        String domain,
        @Nullable RuntimeDirectory runtime,
        PrintStream out,
        boolean isLogJson,
        @Nullable TlsFiles tls,
        @Nullable StoreOptions store,
        @Nullable Duration loadReports,
        Admission admission,
        List<String> restHosts) {
    public static final InetSocketAddress DEFAULT_XDS = new InetSocketAddress("127.0.0.1", 15010);
    public static final InetSocketAddress DEFAULT_REST = new InetSocketAddress("127.0.0.1", 15014);
    public static final String DEFAULT_DOMAIN = "cluster.local";

    public Options {
        restHosts = List.copyOf(restHosts);
    }

    /** One whose REST API has no name of its own. */
    public Options(
            Path config,
            InetSocketAddress xds,
            InetSocketAddress rest,
            @Nullable Path state,
            String domain,
            @Nullable RuntimeDirectory runtime,
            PrintStream out,
            boolean isLogJson,
            @Nullable TlsFiles tls,
            @Nullable StoreOptions store,
            @Nullable Duration loadReports,
            Admission admission) {
        this(config, xds, rest, state, domain, runtime, out, isLogJson, tls, store, loadReports, admission, List.of());
    }

    /** Alone, with a log for people, without TLS and without reports of load. */
    public Options(
            Path config,
            InetSocketAddress xds,
            InetSocketAddress rest,
            @Nullable Path state,
            String domain,
            @Nullable RuntimeDirectory runtime,
            PrintStream out) {
        this(config, xds, rest, state, domain, runtime, out, false, null, null, null, Admission.NAMESPACE);
    }

    /** One of several replicas, with a log for people. */
    public Options(Options alone, StoreOptions store) {
        this(
                alone.config,
                alone.xds,
                alone.rest,
                alone.state,
                alone.domain,
                alone.runtime,
                alone.out,
                alone.isLogJson,
                alone.tls,
                store,
                alone.loadReports,
                alone.admission,
                alone.restHosts);
    }
}
