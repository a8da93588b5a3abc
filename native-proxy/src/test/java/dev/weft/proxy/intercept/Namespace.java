package dev.weft.proxy.intercept;

import dev.weft.proxy.Tools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace that a test makes, and that goes with it: a host for it alone. */
final class Namespace implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    final String name = "weft-test-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

    /** Skips the test where none can be made. */
    static void need() throws IOException, InterruptedException {
        Tools.need("ip", "setpriv", "bash", "nft", "iptables", "ip6tables", "dig");
        var tried = Shell.ofTheHost().run(List.of("unshare", "--net", "true"), "");
        if (tried.status() != 0) {
            Tools.skip("network namespaces can't be made here (it takes root): "
                    + tried.error().strip());
        }
    }

    Namespace() throws IOException, InterruptedException {
        Tools.run(List.of("ip", "netns", "add", name));
        ip("link set lo up");
    }

    /** Two hosts on one wire: 10.77.0.1 and fd77::1 here, 10.77.0.2 and fd77::2 there, and all else behind them. */
    void wire(Namespace other) throws IOException, InterruptedException {
        ip("link add wire type veth peer name wire netns " + other.name);
        address(1, 2);
        other.address(2, 1);
    }

    /**
     * Another host, 10.78.0.2, whose only way out leads through this one and under this one's address: as a container's
     * on a bridge.
     */
    void forwardFor(Namespace container) throws IOException, InterruptedException {
        ip("link add bridge type veth peer name wire netns " + container.name);
        ip("addr add 10.78.0.1/24 dev bridge");
        ip("link set bridge up");
        container.ip("addr add 10.78.0.2/24 dev wire");
        container.ip("link set wire up");
        container.ip("route add default via 10.78.0.1");
        root("bash", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
        root("nft", "add table ip forwarding");
        root("nft", "add chain ip forwarding out { type nat hook postrouting priority 100; }");
        root("nft", "add rule ip forwarding out ip saddr 10.78.0.0/24 masquerade");
    }

    private void address(int own, int others) throws IOException, InterruptedException {
        ip("addr add 10.77.0." + own + "/24 dev wire");
        ip("addr add fd77::" + own + "/64 dev wire nodad");
        ip("link set wire up");
        ip("route add default via 10.77.0." + others);
        ip("-6 route add default via fd77::" + others);
    }

    private void ip(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments.split(" ")));
        Tools.run(command);
    }

    List<String> inside(List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    /** Runs programs in here. */
    Shell shell() {
        return (command, input) -> Shell.ofTheHost().run(inside(command), input);
    }

    /** What a program of this user printed; however it ended. */
    String as(int uid, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", "" + uid, "--clear-groups", "timeout", "20"));
        all.addAll(List.of(command));
        return shell().run(all, "").out().strip();
    }

    /** What a server said to a connection of this user; empty when there was none. */
    String connect(int uid, String host, int port) throws IOException {
        return as(uid, "bash", "-c", "exec 3<>/dev/tcp/" + host + "/" + port + " && cat <&3");
    }

    String root(String... command) throws IOException {
        return shell().run(List.of(command), "").out();
    }

    @Override
    public void close() throws IOException {
        var ran = Shell.ofTheHost().run(List.of("ip", "netns", "del", name), "");
        if (ran.status() != 0) {
            throw new IOException(ran.error());
        }
    }
}
