package dev.weft.cli;

import dev.weft.proxy.address.Cidr;
import dev.weft.proxy.dns.ResolvConf;
import dev.weft.proxy.intercept.Firewall;
import dev.weft.proxy.intercept.Interception;
import dev.weft.proxy.intercept.Interception.Dns;
import dev.weft.proxy.intercept.Interception.Inbound;
import dev.weft.proxy.intercept.Interception.Liveness;
import dev.weft.proxy.intercept.Interception.Outbound;
import dev.weft.proxy.intercept.Interception.Part;
import dev.weft.proxy.intercept.Interceptor;
import dev.weft.proxy.intercept.PortRange;
import dev.weft.proxy.intercept.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Puts rules into force that lead traffic through the proxy. */
@Command(
        name = "install",
        description = "Puts the rules into force, in the place of those that are there. If that fails, none is left.",
        mixinStandardHelpOptions = true)
final class InterceptInstallCommand implements Callable<Integer> {
    /** Which questions are led to mesh DNS. */
    enum Questions {
        AUTO,
        ALL,
        SERVERS,
        NONE
    }

    enum Backend {
        AUTO,
        NFTABLES,
        IPTABLES
    }

    static final class Ranges implements ITypeConverter<Cidr> {
        @Override
        public Cidr convert(String text) {
            try {
                return Cidr.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class Ports implements ITypeConverter<PortRange> {
        @Override
        public PortRange convert(String text) {
            try {
                return PortRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--uid",
            defaultValue = "" + Interception.DEFAULT_UID,
            description = "the user that the proxy runs as: its traffic is left alone (default: ${DEFAULT-VALUE})")
    int uid;

    @Option(names = "--exclude-uid", paramLabel = "UID", split = ",", description = "other users to leave alone")
    Set<Integer> others = Set.of();

    @Option(
            names = "--outbound-port",
            defaultValue = "" + Outbound.DEFAULT_PORT,
            description = "where the proxy takes connections that begin here; 0 for none (default: ${DEFAULT-VALUE})")
    int outboundPort;

    @Option(
            names = "--inbound-port",
            defaultValue = "" + Inbound.DEFAULT_PORT,
            description = "where the proxy takes connections from elsewhere; 0 for none (default: ${DEFAULT-VALUE})")
    int inboundPort;

    @Option(
            names = "--inbound-ports",
            paramLabel = "PORTS",
            split = ",",
            converter = Ports.class,
            description = "only these ports, or ranges such as 8000-8010 (default: all)")
    Set<PortRange> inboundPorts = Set.of();

    @Option(
            names = "--exclude-inbound-ports",
            paramLabel = "PORTS",
            split = ",",
            converter = Ports.class,
            defaultValue = "22",
            description = "ports or ranges whose connections from elsewhere are left alone (default: ${DEFAULT-VALUE}:"
                    + " a proxy that stands still must not keep you out)")
    Set<PortRange> excludedInbound = Set.of();

    @Option(
            names = "--exclude-outbound-ports",
            paramLabel = "PORTS",
            split = ",",
            converter = Ports.class,
            description = "ports or ranges of destinations to leave alone")
    Set<PortRange> excludedOutbound = Set.of();

    @Option(
            names = "--include-cidrs",
            paramLabel = "CIDR",
            split = ",",
            converter = Ranges.class,
            description = "only these destinations (default: all)")
    List<Cidr> included = List.of();

    @Option(
            names = "--exclude-cidrs",
            paramLabel = "CIDR",
            split = ",",
            converter = Ranges.class,
            description = "destinations to leave alone")
    List<Cidr> excluded = List.of();

    @Option(
            names = "--dns",
            defaultValue = "auto",
            description = "which questions to port 53 go to mesh DNS: all, those to the servers of resolv.conf"
                    + " (servers), none, or auto: servers where one of them is on this host, all otherwise")
    @SuppressWarnings("NullAway.Init")
    Questions dns;

    @Option(
            names = "--dns-port",
            defaultValue = "5353",
            description = "where mesh DNS listens (default: ${DEFAULT-VALUE})")
    int dnsPort;

    @Option(
            names = "--fail-closed",
            paramLabel = "PART",
            split = ",",
            description = "what is led to the proxy also while it doesn't live: outbound, inbound, dns (default: none"
                    + " of them)")
    Set<Part> closed = Set.of();

    @Option(
            names = "--open-after",
            paramLabel = "SECONDS",
            defaultValue = "" + Liveness.DEFAULT_SECONDS,
            description = "how long the proxy is taken to live after it has said so, which it does each second"
                    + " (default: ${DEFAULT-VALUE})")
    int openAfter;

    @Option(
            names = "--alive-port",
            paramLabel = "PORT",
            description = "UDP port to which it says so: the number of its outbound listener (default: that of"
                    + " --outbound-port, else " + Outbound.DEFAULT_PORT + ")")
    int alivePort;

    @Option(names = "--resolv-conf", paramLabel = "FILE", defaultValue = "/etc/resolv.conf", hidden = true)
    @SuppressWarnings("NullAway.Init")
    Path resolvConf;

    @Option(
            names = "--backend",
            defaultValue = "auto",
            description = "nftables, iptables, or auto: the first that works")
    @SuppressWarnings("NullAway.Init")
    Backend backend;

    @Option(names = "--no-ipv6", description = "leave IPv6 alone")
    boolean isIpv4Only;

    @Option(names = "--print", description = "only print what would be done, as a shell script")
    boolean isPrinted;

    @Override
    public Integer call() throws IOException {
        var interceptor = new Interceptor(Shell.ofTheHost());
        var wanted = wanted();
        var firewall = firewall(interceptor);
        var out = spec.commandLine().getOut();
        if (isPrinted) {
            out.print(firewall.script(wanted));
        } else {
            interceptor.install(firewall, wanted);
            out.println("installed with " + firewall.name() + "; see it with: weft intercept show");
            if (wanted.isConditional()) {
                out.println("counts while a proxy with --intercept true lives: one of user " + uid
                        + " whose outbound port is " + wanted.liveness().port());
            }
        }
        out.flush();
        return 0;
    }

    private Firewall firewall(Interceptor interceptor) throws IOException {
        if (backend == Backend.AUTO && !isPrinted) {
            return interceptor.usable();
        }
        int index = backend == Backend.IPTABLES ? 1 : 0;
        return interceptor.firewalls().get(index);
    }

    private Interception wanted() throws IOException {
        Set<Integer> uids = new LinkedHashSet<>(others);
        uids.add(uid);
        boolean isIpv6 = !isIpv4Only && Files.exists(Path.of("/proc/net/if_inet6"));
        try {
            return new Interception(
                    uids,
                    liveness(),
                    outboundPort == 0 ? null : new Outbound(outboundPort, excludedOutbound, included, excluded),
                    inboundPort == 0 ? null : new Inbound(inboundPort, inboundPorts, excludedInbound),
                    questions(),
                    isIpv6);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Liveness liveness() {
        int standard = outboundPort == 0 ? Outbound.DEFAULT_PORT : outboundPort;
        return new Liveness(uid, alivePort == 0 ? standard : alivePort, openAfter, closed);
    }

    private @Nullable Dns questions() throws IOException {
        if (dns == Questions.NONE) {
            return null;
        }
        if (dns == Questions.ALL) {
            return new Dns(dnsPort, List.of());
        }
        var servers = ResolvConf.parse(Files.readString(resolvConf, StandardCharsets.ISO_8859_1))
                .servers();
        // A server on this host asks others in its turn: if that came to mesh DNS too, it would ask in a circle.
        boolean isOnThisHost = false;
        for (InetAddress server : servers) {
            // No interface has 127.0.0.53, and yet it is this host.
            isOnThisHost |= server.isAnyLocalAddress()
                    || server.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(server) != null;
        }
        if (dns == Questions.SERVERS && servers.isEmpty()) {
            throw new IOException(resolvConf + " names no server");
        }
        List<Cidr> only = new ArrayList<>();
        if (dns == Questions.SERVERS || isOnThisHost) {
            for (InetAddress server : servers) {
                int bits = server.getAddress().length * 8;
                // What is sent to 0.0.0.0 or :: leaves for the loopback address.
                only.add(
                        server.isAnyLocalAddress()
                                ? Cidr.parse(bits == 32 ? "127.0.0.1" : "::1")
                                : new Cidr(server, bits));
            }
        }
        return new Dns(dnsPort, only);
    }
}
