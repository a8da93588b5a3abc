package dev.weft.proxy.config;

import dev.weft.client.bootstrap.Profile;
import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.identity.ChannelTls;
import dev.weft.client.identity.PemCertificates;
import dev.weft.proxy.dns.DnsSettings;
import dev.weft.proxy.health.HealthSettings;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.HeadRules;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.listen.ProxyProtocol;
import dev.weft.proxy.listen.Sockets;
import dev.weft.telemetry.access.AccessLogFormat;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy is set up.
 *
 * @param service its name in the mesh
 * @param application port of the application on this machine; 0 where there is none to be called
 * @param inbound where others reach the application
 * @param outbound where the application reaches others
 * @param admin where it tells how it stands
 * @param intercept whether connections come that interception leads here
 * @param dnsPort where mesh DNS listens, on the loopback addresses; 0 for none
 * @param passThrough whether clients that know they talk to a proxy reach hosts outside of the mesh
 * @param control control planes by preference; empty for the one that the same user runs on this machine
 * @param profile what kind of servers they are
 * @param address of this instance; null to find out
 * @param state directory of the last-known-good; null for the user's cache directory
 * @param tracing what is told of traces, and to whom
 * @param accessLog {@code stderr} or a file; empty for none
 * @param accessLogSample share of the traces whose lines are written, where nothing failed
 * @param log how much is said: a level's word
 * @param health how the application is checked; of no effect where there is none to be called
 * @param inboundHeads what is made of the heads of requests from others
 * @param outboundHeads the same of the application's
 * @param certificates of the workload, towards its peers
 * @param opaque what becomes of connections that are no HTTP
 * @param drainNanos how long it goes on taking calls while callers learn that it leaves
 * @param hotRestart unix socket by which a process takes the place of the one before; null when none does
 */
public record ProxyConfig(
        String service,
        int application,
        InetSocketAddress inbound,
        InetSocketAddress outbound,
        InetSocketAddress admin,
        boolean intercept,
        int dnsPort,
        boolean passThrough,
        List<Server> control,
        Profile profile,
        String namespace,
        String version,
        Map<String, String> labels,
        String region,
        String zone,
        @Nullable String address,
        @Nullable Path state,
        Tracing tracing,
        String accessLog,
        AccessLogFormat accessLogFormat,
        double accessLogSample,
        String log,
        long drainNanos,
        @Nullable Path hotRestart,
        int workers,
        int connections,
        Http1Limits limits,
        HeadRules inboundHeads,
        HeadRules outboundHeads,
        Opaque opaque,
        HealthSettings health,
        Certificates certificates,
        List<Setting> settings) {
    private static final int MOST_WORKERS = 256;
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final int MOST_REPLAY = 16 << 20;

    /** What can't be used, one line for each thing that is wrong. */
    public static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        private final transient List<String> errors;

        Wrong(List<String> errors) {
            super(String.join("; ", errors), null, false, false);
            this.errors = List.copyOf(errors);
        }

        public List<String> errors() {
            return errors;
        }
    }

    /**
     * @param line what the command line says
     * @param file null for none
     * @throws Wrong with everything that is wrong
     */
    public static ProxyConfig read(Map<Key, String> line, Map<String, String> environment, @Nullable Path file)
            throws Wrong {
        Values in = new Values(line, environment, file);
        HeadKeys heads = new HeadKeys(in);
        ProxyConfig config = new ProxyConfig(
                in.name(Key.SERVICE),
                in.number(Key.PORT, 0, 65535),
                listener(in, Key.INBOUND),
                listener(in, Key.OUTBOUND),
                loopback(in),
                in.on(Key.INTERCEPT),
                dnsPort(in),
                in.on(Key.PASS_THROUGH),
                control(in),
                profile(in),
                in.name(Key.NAMESPACE),
                in.text(Key.VERSION),
                in.pairs(Key.LABELS),
                in.text(Key.REGION),
                in.text(Key.ZONE),
                in.isSet(Key.ADDRESS) ? literal(in, Key.ADDRESS) : null,
                in.file(Key.STATE_DIR),
                Tracing.read(in),
                in.text(Key.ACCESS_LOG),
                accessLogFormat(in),
                in.share(Key.ACCESS_LOG_SAMPLE),
                in.word(Key.LOG, "off", "error", "warn", "info", "debug"),
                in.nanos(Key.DRAIN),
                hotRestart(in),
                in.number(Key.WORKERS, 0, MOST_WORKERS),
                in.number(Key.CONNECTIONS, 1, MOST_CONNECTIONS),
                limits(in),
                heads.rules(Key.INBOUND_USE_REMOTE_ADDRESS),
                heads.rules(Key.OUTBOUND_USE_REMOTE_ADDRESS),
                opaque(in),
                HealthKeys.read(in),
                certificates(in),
                in.settings());
        if (!in.errors().isEmpty()) {
            throw new Wrong(in.errors());
        }
        return config;
    }

    private static AccessLogFormat accessLogFormat(Values in) {
        boolean json = in.word(Key.ACCESS_LOG_ENCODING, "text", "json").equals("json");
        try {
            return AccessLogFormat.of(json, in.text(Key.ACCESS_LOG_FORMAT));
        } catch (IllegalArgumentException e) {
            in.errors().add(Key.ACCESS_LOG_FORMAT.key() + " can't be used: " + e.getMessage());
            return AccessLogFormat.of(json, "");
        }
    }

    private static Certificates certificates(Values in) {
        PemCertificates.Files files = new PemCertificates.Files(
                in.file(Key.TLS_KEY), in.file(Key.TLS_CERTIFICATE), in.file(Key.TLS_AUTHORITIES));
        if ((files.key() == null) != (files.chain() == null)) {
            in.errors().add("tls.certificate and tls.key: one of them is set alone");
        }
        Certificates.Inbound inbound = switch (in.word(Key.INBOUND_TLS, "none", "tls", "mutual")) {
            case "tls" -> Certificates.Inbound.TLS;
            case "mutual" -> Certificates.Inbound.MUTUAL;
            default -> Certificates.Inbound.PLAINTEXT;
        };
        boolean missing = inbound != Certificates.Inbound.PLAINTEXT && files.key() == null
                || inbound == Certificates.Inbound.MUTUAL && files.authorities() == null;
        if (missing) {
            in.refuse(Key.INBOUND_TLS);
        }
        return new Certificates(files, inbound);
    }

    private static Opaque opaque(Values in) {
        Opaque.Application application = switch (in.word(Key.PROTOCOL, "http", "tcp", "auto")) {
            case "tcp" -> Opaque.Application.TCP;
            case "auto" -> Opaque.Application.AUTO;
            default -> Opaque.Application.HTTP;
        };
        ProxyProtocol.Version told = switch (in.word(Key.APPLICATION_PROXY_PROTOCOL, "none", "v1", "v2")) {
            case "v1" -> ProxyProtocol.Version.V1;
            case "v2" -> ProxyProtocol.Version.V2;
            default -> null;
        };
        if (told != null && application != Opaque.Application.TCP) {
            in.refuse(Key.APPLICATION_PROXY_PROTOCOL); // connections to it serve many clients
        }
        List<Opaque.TcpListener> listeners = new ArrayList<>();
        in.pairs(Key.TCP_LISTENERS).forEach((listen, to) -> {
            InetSocketAddress address = address(listen);
            int colon = to.lastIndexOf(':');
            String service = colon < 0 ? to : to.substring(0, colon);
            int port = colon < 0 ? 0 : port(to.substring(colon + 1));
            if (address == null || port < 1 || !service.matches("\\*|[A-Za-z0-9_.-]+")) {
                in.refuse(Key.TCP_LISTENERS);
            } else {
                listeners.add(new Opaque.TcpListener(address, service.toLowerCase(Locale.ROOT), port));
            }
        });
        return new Opaque(
                application,
                in.on(Key.INBOUND_PROXY_PROTOCOL),
                told,
                listeners,
                in.nanos(Key.DETECT_TIMEOUT),
                in.nanos(Key.TCP_IDLE_TIMEOUT));
    }

    private static Profile profile(Values in) {
        String word = in.word(Key.CONTROL_PROFILE, "weft", "istio", "envoy", "envoy-delta");
        return Profile.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static int dnsPort(Values in) {
        if (in.text(Key.DNS_PORT).equals("auto")) {
            return in.text(Key.INTERCEPT).equals("true") ? DnsSettings.DEFAULT_PORT : 0;
        }
        return in.number(Key.DNS_PORT, 0, 65535);
    }

    /** The sockets of mesh DNS, and those that interception leads to, are not handed over. */
    private static @Nullable Path hotRestart(Values in) {
        Path path = in.file(Key.HOT_RESTART);
        boolean dns = !List.of("auto", "0").contains(in.text(Key.DNS_PORT));
        if (path != null
                && (Sockets.best() != Sockets.EPOLL
                        || dns
                        || in.text(Key.INTERCEPT).equals("true"))) {
            in.refuse(Key.HOT_RESTART);
        }
        return path;
    }

    private static Http1Limits limits(Values in) {
        return new Http1Limits(
                HeadLimits.DEFAULT,
                in.nanos(Key.HEAD_TIMEOUT),
                in.nanos(Key.IDLE_TIMEOUT),
                in.nanos(Key.STREAM_TIMEOUT),
                in.nanos(Key.CONNECT_TIMEOUT),
                in.number(Key.REPLAY, 0, MOST_REPLAY));
    }

    private static InetSocketAddress listener(Values in, Key key) {
        InetSocketAddress address = address(in.text(key));
        if (address == null) {
            in.refuse(key);
        }
        return address == null ? new InetSocketAddress(0) : address;
    }

    private static @Nullable InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        int port = colon < 1 ? -1 : port(text.substring(colon + 1));
        if (port < 0) {
            return null;
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** -1 for none. */
    private static int port(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535 ? Integer.parseInt(text) : -1;
    }

    private static InetSocketAddress loopback(Values in) {
        InetSocketAddress admin = listener(in, Key.ADMIN_ADDRESS);
        if (!admin.getAddress().isLoopbackAddress()) {
            in.refuse(Key.ADMIN_ADDRESS);
        }
        return admin;
    }

    private static String literal(Values in, Key key) {
        String text = in.text(key);
        if (!text.matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            in.refuse(key);
        }
        return text;
    }

    /** What was meant to be secured is never sent in the clear. */
    private static List<Server> control(Values in) {
        Path authorities = in.file(Key.CONTROL_AUTHORITIES);
        Path certificate = in.file(Key.CONTROL_CERTIFICATE);
        Path key = in.file(Key.CONTROL_KEY);
        String name = in.text(Key.CONTROL_SERVER_NAME);
        boolean tls = in.word(Key.CONTROL_SECURITY, "plaintext", "tls").equals("tls")
                || authorities != null
                || certificate != null
                || key != null
                || !name.isEmpty();
        List<Server> servers = new ArrayList<>();
        for (String plane : in.text(Key.CONTROL_PLANE).split(";", -1)) {
            if (plane.isBlank()) {
                continue;
            }
            try {
                ChannelTls secured =
                        tls ? new ChannelTls(authorities, certificate, key, name.isEmpty() ? null : name) : null;
                servers.add(new Server(Target.parse(plane.trim()), secured, in.file(Key.CONTROL_TOKEN), Set.of()));
            } catch (IllegalArgumentException e) {
                in.errors().add(Key.CONTROL_PLANE.key() + ": " + e.getMessage());
            }
        }
        if (servers.isEmpty() && (tls || in.isSet(Key.CONTROL_TOKEN))) {
            in.errors().add("control.plane: is not set, and what secures the way to it is");
        }
        return servers;
    }
}
