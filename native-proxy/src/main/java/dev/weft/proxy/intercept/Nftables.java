package dev.weft.proxy.intercept;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rules in a table of their own, replaced in one transaction for IPv4 and IPv6 together. It is looked at just before
 * the chains of iptables and of container runtimes, because the first redirection of a connection counts. That the proxy
 * lives is an element of a set, which the kernel forgets by itself.
 */
public final class Nftables implements Firewall {
    private static final String TABLE = "weft";
    private static final int UDP_HEADER = 8;
    private static final List<String> FAMILIES = List.of("inet", "ip");
    /** Of kinds of addresses over which the proxy is alive. */
    private static final String ALIVE = "WEFT_ALIVE";
    /** {@code elements = { ip timeout 5s expires 4s120ms, ip6 timeout ... }}. */
    private static final Pattern ELEMENT = Pattern.compile("\\b(ip6?) timeout \\w+ expires (\\w+)");

    private static final Pattern TIME = Pattern.compile("(\\d+)(ms|[dhms])");

    private final Shell shell;

    public Nftables(Shell shell) {
        this.shell = shell;
    }

    @Override
    public String name() {
        return "nftables";
    }

    @Override
    public boolean isUsable() throws IOException {
        return shell.run(List.of("nft", "list", "tables"), "").status() == 0;
    }

    @Override
    public String script(Interception wanted) {
        return "nft -f - <<'END'\n" + transaction(wanted, Map.of()) + "END\n";
    }

    @Override
    public void install(Interception wanted) throws IOException {
        apply(transaction(wanted, alive()));
    }

    /**
     * What the rules that are there know, so that there is no gap when others take their place: kinds of addresses, and for
     * how many milliseconds the proxy's word still holds. Not for longer because of us: it may be dead.
     */
    private Map<String, Long> alive() throws IOException {
        Map<String, Long> found = new LinkedHashMap<>();
        for (String family : present()) {
            Matcher elements = ELEMENT.matcher(shell.run(List.of("nft", "list", "set", family, TABLE, ALIVE), "")
                    .out());
            while (elements.find()) {
                found.put(elements.group(1), millis(elements.group(2)));
            }
        }
        return found;
    }

    private static long millis(String time) {
        long millis = 0;
        Matcher parts = TIME.matcher(time);
        while (parts.find()) {
            long unit = switch (parts.group(2)) {
                case "d" -> 86_400_000;
                case "h" -> 3_600_000;
                case "m" -> 60_000;
                case "s" -> 1_000;
                default -> 1;
            };
            millis += Long.parseLong(parts.group(1)) * unit;
        }
        return millis;
    }

    @Override
    public void remove() throws IOException {
        for (String family : present()) {
            apply("delete table " + family + " " + TABLE + "\n");
        }
    }

    private void apply(String script) throws IOException {
        var ran = shell.run(List.of("nft", "-f", "-"), script);
        if (ran.status() != 0) {
            throw new IOException("nft: " + ran.error().strip());
        }
    }

    @Override
    public List<String> show() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String family : present()) {
            shell.run(List.of("nft", "list", "table", family, TABLE), "")
                    .out()
                    .lines()
                    .forEach(lines::add);
        }
        return lines;
    }

    private List<String> present() throws IOException {
        var tables =
                shell.run(List.of("nft", "list", "tables"), "").out().lines().toList();
        return FAMILIES.stream()
                .filter(family -> tables.contains("table " + family + " " + TABLE))
                .toList();
    }

    private static String transaction(Interception wanted, Map<String, Long> alive) {
        var script = new StringBuilder();
        for (String family : FAMILIES) {
            // To be deleted, a table has to be there.
            script.append("add table " + family + " " + TABLE + "\n");
            script.append("delete table " + family + " " + TABLE + "\n");
        }
        script.append("table ")
                .append(wanted.isIpv6() ? "inet " : "ip ")
                .append(TABLE)
                .append(" {\n");
        if (wanted.isConditional()) {
            script.append(set(wanted, alive));
        }
        Rules.of(wanted).forEach((chain, rules) -> {
            if (rules.isEmpty()) {
                return;
            }
            boolean isNat = chain.table.equals("nat");
            script.append("  chain ").append(chain).append(" {\n    type ").append(isNat ? "nat" : "filter");
            script.append(" hook ").append(chain.hook.toLowerCase(Locale.ROOT));
            script.append(" priority ").append(isNat ? "-101" : "-301").append("; policy accept;\n");
            for (Rule rule : rules) {
                if (wanted.isIpv6() || rule.isFor(true)) {
                    script.append("    ").append(text(rule)).append('\n');
                }
            }
            script.append("  }\n");
        });
        return script.append("}\n").toString();
    }

    /** With room for many, because some kernels count elements that were deleted until the set goes. */
    private static String set(Interception wanted, Map<String, Long> alive) {
        var text =
                new StringBuilder("  set " + ALIVE + " {\n    type ether_type; flags dynamic,timeout; size 65535;\n");
        long seconds = wanted.liveness().seconds();
        String kept = alive.entrySet().stream()
                .filter(kind ->
                        kind.getValue() > 0 && (wanted.isIpv6() || kind.getKey().equals("ip")))
                .map(kind -> kind.getKey() + " timeout " + seconds + "s expires "
                        + Math.min(kind.getValue(), seconds * 1_000) + "ms")
                .collect(Collectors.joining(", "));
        if (!kept.isEmpty()) {
            text.append("    elements = { ").append(kept).append(" }\n");
        }
        return text.append("  }\n").toString();
    }

    private static String text(Rule rule) {
        var text = new StringBuilder();
        rule.conditions().forEach(condition -> text.append(text(condition)).append(' '));
        text.append("counter ");
        if (rule.action() instanceof Rule.Redirect redirect) {
            return text.append("redirect to :").append(redirect.port()).toString();
        }
        if (rule.action() instanceof Rule.Zone zone) {
            text.append("ct zone set ").append(zone.zone()).append(' ');
        } else if (rule.action() instanceof Rule.Live live) {
            text.append("update @" + ALIVE + " { meta protocol timeout ")
                    .append(live.seconds())
                    .append("s } ");
        } else if (rule.action() instanceof Rule.Die) {
            text.append("delete @" + ALIVE + " { meta protocol } ");
        }
        return text.append("return").toString();
    }

    private static String text(Rule.Condition condition) {
        if (condition instanceof Rule.Plain plain) {
            return switch (plain) {
                case IS_TCP -> "meta l4proto tcp";
                case OPENS -> "tcp flags & (fin | syn | rst | ack) == syn";
                case LEAVES_BY_LOOPBACK -> "oifname \"lo\"";
                case COMES_BY_LOOPBACK -> "iifname \"lo\"";
                case IS_TO_THIS_HOST -> "fib daddr type local";
            };
        }
        if (condition instanceof Rule.Uid uid) {
            return "meta skuid " + uid.uid();
        }
        if (condition instanceof Rule.To to) {
            return (to.range().isIpv4() ? "ip" : "ip6") + " daddr " + to.range();
        }
        if (condition instanceof Rule.ToPort to) {
            return to.protocol().word() + " dport " + to.ports();
        }
        if (condition instanceof Rule.FromPort from) {
            return from.protocol().word() + " sport " + from.port();
        }
        if (condition instanceof Rule.Datagram datagram) {
            return "udp dport " + datagram.port() + " udp length " + (UDP_HEADER + datagram.bytes());
        }
        if (condition instanceof Rule.IsAlive) {
            return "meta protocol @" + ALIVE;
        }
        throw new IllegalArgumentException("no words for " + condition);
    }
}
