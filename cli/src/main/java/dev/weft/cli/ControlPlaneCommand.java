package dev.weft.cli;

import dev.weft.control.ControlPlane;
import dev.weft.control.Options;
import dev.weft.control.StoreOptions;
import dev.weft.control.identity.Admission;
import dev.weft.control.identity.TlsFiles;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs a control plane until the process is told to end. */
@Command(
        name = "control-plane",
        description = "Runs a control plane on a directory of rules, until it is told to end.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"1:it can't start; the cause is said", "2:wrong usage", "130, 143:ended by Ctrl-C, SIGTERM"})
final class ControlPlaneCommand implements Callable<Integer> {
    private static final int LONGEST_REPORTS = 3_600;

    @Option(names = "--config", required = true, paramLabel = "DIR", description = "directory of rules (YAML)")
    @SuppressWarnings("NullAway.Init")
    Path config;

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            converter = HostPort.class,
            description = "where agents connect; default 127.0.0.1:15010")
    InetSocketAddress xds = Options.DEFAULT_XDS;

    @Option(
            names = "--rest",
            paramLabel = "HOST:PORT",
            converter = HostPort.class,
            description = "where the REST API listens; default 127.0.0.1:15014")
    InetSocketAddress rest = Options.DEFAULT_REST;

    @Option(
            names = "--rest-host",
            paramLabel = "NAME",
            converter = HostName.class,
            description = "a DNS name by which the REST API may be asked, beside its addresses and the names of its"
                    + " certificate; can be given more than once")
    List<String> restHosts = List.of();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "where the registry is kept over a restart; default ~/.local/state/weft/<xds port>")
    @Nullable
    Path state;

    @Option(
            names = "--store",
            paramLabel = "URI",
            description = "where several replicas keep rules and registry together, instead of in --state:"
                    + " etcd://HOST:PORT[,HOST:PORT...]/PREFIX; with TLS etcds://")
    @Nullable
    String store;

    @Option(
            names = "--store-authorities",
            paramLabel = "FILE",
            description = "PEM file of who may vouch for the store's certificate; default those that the JDK knows")
    @Nullable
    Path storeAuthorities;

    @Option(
            names = "--store-certificate",
            paramLabel = "FILE",
            description = "PEM file of the certificate that is shown to the store, with its chain")
    @Nullable
    Path storeCertificate;

    @Option(names = "--store-key", paramLabel = "FILE", description = "PEM file of its private key, PKCS #8")
    @Nullable
    Path storeKey;

    @Option(names = "--store-user", paramLabel = "NAME", description = "whom the store knows this control plane as")
    @Nullable
    String storeUser;

    @Option(names = "--store-password", paramLabel = "FILE", description = "file with the password of that user")
    @Nullable
    Path storePassword;

    @Option(
            names = "--domain",
            paramLabel = "D",
            description = "end of full names, as in order.default.svc.D; default cluster.local")
    String domain = Options.DEFAULT_DOMAIN;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description =
                    "PEM file of its certificate, with its chain: both ports speak TLS; read again when it changes")
    @Nullable
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file of its private key, PKCS #8")
    @Nullable
    Path key;

    @Option(
            names = "--tls-client-authorities",
            paramLabel = "FILE",
            description = "PEM file of who may vouch for agents: the xDS port asks them for a certificate")
    @Nullable
    Path clientAuthorities;

    @Option(
            names = "--tls-client-optional",
            description = "an agent may also come without a certificate; without this it is turned away")
    boolean isClientOptional;

    @Option(
            names = "--registration",
            paramLabel = "WHO",
            converter = Registering.class,
            description =
                    "who may register by a stream: any; namespace (default): whose certificate has a SPIFFE id, in its"
                            + " namespace only; service: nobody without a certificate of the service")
    Admission admission = Admission.NAMESPACE;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--load-reports",
            paramLabel = "SECONDS",
            description = "agents report what their calls come to this often; default: not at all")
    @Nullable
    Integer loadReports;

    @Option(names = "--log-json", description = "log lines are JSON objects with time, level and message")
    boolean isLogJson;

    @Override
    public Integer call() throws IOException {
        var kept = state != null ? state : defaultState(System.getenv(), xds.getPort());
        var controlPlane = ControlPlane.start(new Options(
                config,
                xds,
                rest,
                kept,
                domain,
                RuntimeDirectory.ofUser(),
                System.out,
                isLogJson,
                tls(),
                storeOptions(),
                reports(),
                admission(),
                restHosts));
        Runtime.getRuntime().addShutdownHook(new Thread(controlPlane::close, "weft-end"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private Admission admission() {
        if (admission == Admission.SERVICE && clientAuthorities == null) {
            throw new ParameterException(
                    spec.commandLine(), "--registration service takes --tls-client-authorities: nobody could register");
        }
        return admission;
    }

    private @Nullable Duration reports() {
        if (loadReports == null) {
            return null;
        }
        if (loadReports < 1 || loadReports > LONGEST_REPORTS) {
            throw new ParameterException(
                    spec.commandLine(), "--load-reports must be from 1 to " + LONGEST_REPORTS + " seconds");
        }
        return Duration.ofSeconds(loadReports);
    }

    private @Nullable StoreOptions storeOptions() {
        if (store == null) {
            if (Stream.of(storeAuthorities, storeCertificate, storeKey, storeUser, storePassword)
                    .anyMatch(Objects::nonNull)) {
                throw new ParameterException(spec.commandLine(), "--store-... takes --store");
            }
            return null;
        }
        try {
            return new StoreOptions(store, storeAuthorities, storeCertificate, storeKey, storeUser, storePassword);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--store: " + e.getMessage(), e);
        }
    }

    private @Nullable TlsFiles tls() {
        if (certificate == null || key == null) {
            if (certificate != null || key != null || clientAuthorities != null || isClientOptional) {
                throw new ParameterException(spec.commandLine(), "TLS takes both --tls-certificate and --tls-key");
            }
            return null;
        }
        if (isClientOptional && clientAuthorities == null) {
            throw new ParameterException(spec.commandLine(), "--tls-client-optional takes --tls-client-authorities");
        }
        return new TlsFiles(certificate, key, clientAuthorities, clientAuthorities != null && !isClientOptional);
    }

    /** By port, so that two control planes of one user don't share it; none for a port that changes every time. */
    static @Nullable Path defaultState(Map<String, String> environment, int port) {
        if (port == 0) {
            return null;
        }
        var home = environment.get("XDG_STATE_HOME");
        var base = home != null && !home.isEmpty()
                ? Path.of(home)
                : Path.of(System.getProperty("user.home"), ".local", "state");
        return base.resolve("weft").resolve(Integer.toString(port));
    }

    /** Reads who may register. */
    static final class Registering implements ITypeConverter<Admission> {
        @Override
        public Admission convert(String text) {
            var read = Admission.of(text);
            if (read == null) {
                throw new TypeConversionException("'" + text + "' is not any, namespace or service");
            }
            return read;
        }
    }

    /** Reads a DNS name, without scheme and port. */
    static final class HostName implements ITypeConverter<String> {
        private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,252})");

        @Override
        public String convert(String text) {
            var lower = text.toLowerCase(Locale.ROOT);
            var name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
            if (!NAME.matcher(name).matches()) {
                throw new TypeConversionException("'" + text + "' is no DNS name; write it without scheme and port");
            }
            return name;
        }
    }

    /** Reads {@code host:port}; also {@code [::1]:port}. */
    static final class HostPort implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                return new InetSocketAddress(
                        text.substring(0, colon).replaceAll("[\\[\\]]", ""),
                        Integer.parseInt(text.substring(colon + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new TypeConversionException("'" + text + "' is no address; write host:port");
            }
        }
    }
}
