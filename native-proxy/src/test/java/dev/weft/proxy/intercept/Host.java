package dev.weft.proxy.intercept;

import dev.weft.proxy.dns.DnsServer;
import dev.weft.proxy.dns.DnsSettings;
import dev.weft.proxy.dns.MeshNames;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process in a namespace: listeners that say where a connection was going, and a DNS server. It says that the proxy
 * lives, or is gone, when told so, and ends with its standard input.
 *
 * <p>Arguments: the port of DNS, resolv.conf, the only name that DNS knows itself (or {@code *}) and its address; then
 * {@code address port} of each listener, or {@code address dns}.
 */
final class Host implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    Host(Namespace where, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Host.class.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(where.inside(command))
                .redirectErrorStream(true)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> said = new ArrayList<>();
        for (String line = out.readLine(); !"ready".equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("the process in " + where.name + " did not start: " + said);
            }
            said.add(line);
        }
    }

    /** The proxy's heartbeat, once. */
    void lives() throws IOException {
        tell("lives");
    }

    /** The proxy's last one. */
    void gone() throws IOException {
        tell("gone");
    }

    private void tell(String what) throws IOException {
        process.getOutputStream().write((what + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        String answer = out.readLine();
        if (!("told " + what).equals(answer)) {
            throw new IOException(what + ": " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }

    public static void main(String[] args) throws IOException {
        var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        List<InetSocketAddress> dns = new ArrayList<>();
        for (int i = 4; i < args.length; i += 2) {
            if (args[i + 1].equals("dns")) {
                dns.add(new InetSocketAddress(args[i], Integer.parseInt(args[0])));
            } else {
                listen(group, new InetSocketAddress(args[i], Integer.parseInt(args[i + 1])));
            }
        }
        var service = new MeshNames.Service(
                args[2].equals("*") ? "outside.example" : args[2],
                List.of(InetAddress.getByName(args[3])),
                Set.of(80),
                List.of());
        try (var server = DnsServer.start(
                DnsSettings.at(dns, Path.of(args[1]), 53), new OneName(args[2], service), System.out::println)) {
            System.out.println("ready");
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            try (var heartbeat = new Heartbeat(15_001, true)) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.equals("lives")) {
                        heartbeat.lives();
                    } else {
                        heartbeat.gone();
                    }
                    System.out.println("told " + line);
                }
            }
            System.out.println(server.port() + " ends");
        }
        group.shutdownGracefully();
    }

    private static void listen(MultiThreadIoEventLoopGroup group, InetSocketAddress address) {
        new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Telling(address.getPort()));
                    }
                })
                .bind(address)
                .syncUninterruptibly();
    }

    private static final class Telling extends ChannelInboundHandlerAdapter {
        private final int port;

        Telling(int port) {
            this.port = port;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            var original = OriginalDestination.of(ctx.channel());
            String where =
                    original == null ? "unknown" : original.getAddress().getHostAddress() + " " + original.getPort();
            ctx.writeAndFlush(Unpooled.copiedBuffer(port + " for " + where + "\n", StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /**
     * @param name {@code *} for every one
     */
    private record OneName(String name, MeshNames.Service service) implements MeshNames {
        @Override
        public MeshNames.@Nullable Service find(String asked) {
            return name.equals("*") || name.equals(asked) ? service : null;
        }

        @Override
        public boolean owns(InetAddress address) {
            return false;
        }

        @Override
        public @Nullable String nameOf(InetAddress address) {
            return null;
        }
    }
}
