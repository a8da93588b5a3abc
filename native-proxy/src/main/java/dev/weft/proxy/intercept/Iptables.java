package dev.weft.proxy.intercept;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules in chains of their own in the tables {@code nat} and {@code raw}, to which one rule each in the built-in
 * chains leads. A table changes as a whole; IPv4 and IPv6, and the two tables, one after the other. That the proxy lives is
 * an entry in a list of recent addresses (xt_recent), of which none but the first bits count, and those are none: there is
 * one entry, or nothing.
 */
public final class Iptables implements Firewall {
    private static final List<String> PROGRAMS = List.of("iptables", "ip6tables");
    private static final List<String> TABLES = List.of("raw", "nat");
    private static final int IPV4_UDP_HEADERS = 20 + 8;
    private static final int IPV6_UDP_HEADERS = 40 + 8;

    private final Shell shell;

    public Iptables(Shell shell) {
        this.shell = shell;
    }

    @Override
    public String name() {
        return "iptables";
    }

    @Override
    public boolean isUsable() throws IOException {
        return shell.run(List.of("iptables-save", "-t", "nat"), "").status() == 0;
    }

    @Override
    public String script(Interception wanted) {
        var script = new StringBuilder();
        for (String program : wanted.isIpv6() ? PROGRAMS : PROGRAMS.subList(0, 1)) {
            script.append(program).append("-restore --noflush <<'END'\n");
            script.append(input(wanted, program, List.of())).append("END\n");
        }
        return script.toString();
    }

    @Override
    public void install(Interception wanted) throws IOException {
        for (String program : wanted.isIpv6() ? PROGRAMS : PROGRAMS.subList(0, 1)) {
            apply(program, input(wanted, program, saved(program)));
        }
        if (!wanted.isIpv6()) {
            remove("ip6tables");
        }
    }

    @Override
    public void remove() throws IOException {
        for (String program : PROGRAMS) {
            remove(program);
        }
    }

    private void remove(String program) throws IOException {
        var input = new StringBuilder();
        for (String table : TABLES) {
            var lines = own(program, table);
            if (lines.isEmpty()) {
                continue;
            }
            input.append('*').append(table).append('\n');
            for (String line : lines) {
                if (line.startsWith("-A ") && !line.startsWith("-A " + Chain.PREFIX)) {
                    input.append("-D ").append(line.substring(3)).append('\n');
                }
            }
            // A chain can go when nothing leads to it and nothing is in it.
            for (String order : List.of("-F ", "-X ")) {
                for (String line : lines) {
                    if (line.startsWith(":")) {
                        input.append(order).append(line, 1, line.indexOf(' ')).append('\n');
                    }
                }
            }
            input.append("COMMIT\n");
        }
        if (!input.isEmpty()) {
            apply(program, input.toString());
        }
    }

    private void apply(String program, String input) throws IOException {
        // Others may hold the lock of the tables for a moment.
        var ran = shell.run(List.of(program + "-restore", "--noflush", "--wait", "10"), input);
        if (ran.status() != 0) {
            throw new IOException(program + "-restore: " + ran.error().strip());
        }
    }

    @Override
    public List<String> show() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String program : PROGRAMS) {
            for (String table : TABLES) {
                for (String line : own(program, table)) {
                    lines.add(program + " -t " + table + " " + (line.startsWith(":") ? chain(line) : line));
                }
            }
        }
        return lines;
    }

    private static String chain(String line) {
        return "-N " + line.substring(1, line.indexOf(' '));
    }

    /** Lines that are, or lead to, chains of ours; none where the program or the table isn't there. */
    private List<String> own(String program, String table) throws IOException {
        return shell.run(List.of(program + "-save", "-t", table), "")
                .out()
                .lines()
                .filter(line -> line.startsWith(":" + Chain.PREFIX)
                        || line.startsWith("-A " + Chain.PREFIX)
                        || line.startsWith("-A ") && line.contains(" -j " + Chain.PREFIX))
                .toList();
    }

    /** All tables that are there already, line by line. */
    private List<String> saved(String program) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String table : TABLES) {
            lines.addAll(own(program, table));
        }
        return lines;
    }

    private static String input(Interception wanted, String program, List<String> present) {
        boolean isIpv4 = program.equals("iptables");
        var chains = Rules.of(wanted);
        var input = new StringBuilder();
        for (String table : TABLES) {
            input.append('*').append(table).append('\n');
            chains.forEach((chain, rules) -> {
                if (!chain.table.equals(table)) {
                    return;
                }
                input.append(':').append(chain).append(" - [0:0]\n"); // made, or emptied
                if (!present.contains("-A " + chain.hook + " -j " + chain)) {
                    // First, because the first redirection of a connection counts.
                    input.append("-I ")
                            .append(chain.hook)
                            .append(" 1 -j ")
                            .append(chain)
                            .append('\n');
                }
                for (Rule rule : rules) {
                    if (rule.isFor(isIpv4)) {
                        input.append("-A ")
                                .append(chain)
                                .append(text(rule, isIpv4))
                                .append('\n');
                    }
                }
            });
            input.append("COMMIT\n");
        }
        return input.toString();
    }

    private static String text(Rule rule, boolean isIpv4) {
        var text = new StringBuilder();
        rule.conditions().forEach(condition -> text.append(' ').append(text(condition, isIpv4)));
        if (rule.action() instanceof Rule.Redirect redirect) {
            return text.append(" -j REDIRECT --to-ports ")
                    .append(redirect.port())
                    .toString();
        }
        if (rule.action() instanceof Rule.Zone zone) {
            return text.append(" -j CT --zone ").append(zone.zone()).toString();
        }
        if (rule.action() instanceof Rule.Live) {
            text.append(recent("--set", isIpv4));
        } else if (rule.action() instanceof Rule.Die) {
            text.append(recent("--remove", isIpv4));
        }
        return text.append(" -j RETURN").toString();
    }

    /** A list of its own for each kind of addresses, because a list has one mask. */
    private static String recent(String what, boolean isIpv4) {
        return " -m recent --name " + (isIpv4 ? "WEFT_ALIVE" : "WEFT_ALIVE6") + " " + what + " --mask "
                + (isIpv4 ? "0.0.0.0" : "::");
    }

    private static String text(Rule.Condition condition, boolean isIpv4) {
        if (condition instanceof Rule.Plain plain) {
            return switch (plain) {
                case IS_TCP -> "-p tcp";
                case OPENS -> "--syn";
                case LEAVES_BY_LOOPBACK -> "-o lo";
                case COMES_BY_LOOPBACK -> "-i lo";
                case IS_TO_THIS_HOST -> "-m addrtype --dst-type LOCAL";
            };
        }
        if (condition instanceof Rule.Uid uid) {
            return "-m owner --uid-owner " + uid.uid();
        }
        if (condition instanceof Rule.To to) {
            return "-d " + to.range();
        }
        if (condition instanceof Rule.ToPort to) {
            return "-p " + to.protocol().word() + " --dport " + to.ports().text(':');
        }
        if (condition instanceof Rule.FromPort from) {
            return "-p " + from.protocol().word() + " --sport " + from.port();
        }
        if (condition instanceof Rule.Datagram datagram) {
            int length = (isIpv4 ? IPV4_UDP_HEADERS : IPV6_UDP_HEADERS) + datagram.bytes();
            return "-p udp --dport " + datagram.port() + " -m length --length " + length;
        }
        if (condition instanceof Rule.IsAlive alive) {
            return recent("--rcheck --seconds " + alive.seconds(), isIpv4).strip();
        }
        throw new IllegalArgumentException("no words for " + condition);
    }
}
