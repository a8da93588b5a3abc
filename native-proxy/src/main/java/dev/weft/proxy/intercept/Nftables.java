package dev.weft.proxy.intercept;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rules in a table of their own, replaced in one transaction for IPv4 and IPv6 together. It is looked at just before
 * the chains of iptables and of container runtimes, because the first redirection of a connection counts.
 */
public final class Nftables implements Firewall {
    private static final String TABLE = "weft";
    private static final List<String> FAMILIES = List.of("inet", "ip");

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
        return "nft -f - <<'END'\n" + transaction(wanted) + "END\n";
    }

    @Override
    public void install(Interception wanted) throws IOException {
        apply(transaction(wanted));
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

    private static String transaction(Interception wanted) {
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

    private static String text(Rule rule) {
        var text = new StringBuilder();
        rule.conditions().forEach(condition -> text.append(text(condition)).append(' '));
        text.append("counter ");
        if (rule.action() instanceof Rule.Redirect redirect) {
            return text.append("redirect to :").append(redirect.port()).toString();
        }
        if (rule.action() instanceof Rule.Zone zone) {
            text.append("ct zone set ").append(zone.zone()).append(' ');
        }
        return text.append("return").toString();
    }

    private static String text(Rule.Condition condition) {
        if (condition instanceof Rule.Plain plain) {
            return switch (plain) {
                case IS_TCP -> "meta l4proto tcp";
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
        throw new IllegalArgumentException("no words for " + condition);
    }
}
