package dev.weft.proxy.intercept;

import dev.weft.proxy.address.Cidr;
import dev.weft.proxy.intercept.Interception.Part;
import dev.weft.proxy.intercept.Rule.Condition;
import dev.weft.proxy.intercept.Rule.Plain;
import dev.weft.proxy.intercept.Rule.Protocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rules of an interception, chain by chain.
 *
 * <p>Connection tracking needs zones for DNS over UDP. The kernel remembers for half a minute that a question
 * from port P to server S was redirected, also when the socket that asked is gone. If the proxy, asking S
 * itself, happens to get port P, its question is taken for one more of the same, and is redirected to the proxy.
 * So what services ask is tracked in a zone of its own. What the proxy asks stays in the default one, together with
 * what is forwarded for others: answers come back to that zone without any rule.
 *
 * <p>While the proxy isn't alive, nothing of what is open is led to it. The zone of clients depends on that too: a
 * resolver that asks from one port all its life would otherwise keep the kernel's memory of the redirection awake, and
 * go on asking a port where nobody listens. In the other zone its next question is a new one.
 */
final class Rules {
    private static final PortRange DNS = PortRange.of(53);
    private static final int ZONE_OF_CLIENTS = 2;
    private static final Rule.Leave LEAVE = new Rule.Leave();

    private final Interception wanted;
    private final Map<Chain, List<Rule>> chains = new EnumMap<>(Chain.class);

    private Rules(Interception wanted) {
        this.wanted = wanted;
        for (Chain chain : Chain.values()) {
            chains.put(chain, new ArrayList<>());
        }
    }

    /** Every chain, also those that stay empty. */
    static Map<Chain, List<Rule>> of(Interception wanted) {
        var rules = new Rules(wanted);
        if (wanted.isConditional()) {
            rules.heartbeat(wanted.liveness());
        }
        rules.uids(uid -> rules.add(Chain.WEFT_OUTPUT, LEAVE, uid));
        // Before the loopback interface is left alone: many hosts have their DNS server there.
        if (wanted.dns() != null) {
            rules.dns(wanted.dns());
        }
        if (wanted.outbound() != null) {
            rules.outbound(wanted.outbound());
        }
        if (wanted.inbound() != null) {
            rules.inbound(wanted.inbound());
        }
        return rules.chains;
    }

    /** Before connection tracking, because rules for addresses see no more than the first of several datagrams. */
    private void heartbeat(Interception.Liveness liveness) {
        var proxy = new Rule.Uid(liveness.uid());
        add(
                Chain.WEFT_ZONE_OUT,
                new Rule.Die(),
                Plain.LEAVES_BY_LOOPBACK,
                new Rule.Datagram(liveness.port(), Heartbeat.GONE),
                proxy);
        add(
                Chain.WEFT_ZONE_OUT,
                new Rule.Live(liveness.seconds()),
                Plain.LEAVES_BY_LOOPBACK,
                new Rule.Datagram(liveness.port(), Heartbeat.ALIVE),
                proxy);
    }

    private void dns(Interception.Dns dns) {
        var redirect = new Rule.Redirect(dns.port());
        var question = new Rule.ToPort(Protocol.UDP, DNS);
        var connection = new Rule.ToPort(Protocol.TCP, DNS);
        each(Part.DNS, dns.servers(), Chain.WEFT_OUTPUT, redirect, question);
        each(Part.DNS, dns.servers(), Chain.WEFT_OUTPUT, redirect, connection, Plain.OPENS);
        var clients = new Rule.Zone(ZONE_OF_CLIENTS);
        uids(uid -> {
            add(Chain.WEFT_ZONE_OUT, LEAVE, question, uid);
            add(Chain.WEFT_ZONE_OUT, clients, new Rule.FromPort(Protocol.UDP, dns.port()), uid);
        });
        each(Part.DNS, dns.servers(), Chain.WEFT_ZONE_OUT, clients, question);
    }

    private void outbound(Interception.Outbound outbound) {
        add(Chain.WEFT_OUTPUT, LEAVE, Plain.LEAVES_BY_LOOPBACK);
        for (Cidr range : outbound.excluded()) {
            add(Chain.WEFT_OUTPUT, LEAVE, new Rule.To(range));
        }
        for (PortRange ports : outbound.excludedPorts()) {
            add(Chain.WEFT_OUTPUT, LEAVE, new Rule.ToPort(Protocol.TCP, ports));
        }
        var redirect = new Rule.Redirect(outbound.port());
        each(Part.OUTBOUND, outbound.included(), Chain.WEFT_OUTPUT, redirect, Plain.IS_TCP, Plain.OPENS);
    }

    private void inbound(Interception.Inbound inbound) {
        add(Chain.WEFT_INBOUND, LEAVE, Plain.COMES_BY_LOOPBACK);
        for (PortRange ports : inbound.excludedPorts()) {
            add(Chain.WEFT_INBOUND, LEAVE, new Rule.ToPort(Protocol.TCP, ports));
        }
        var redirect = new Rule.Redirect(inbound.port());
        if (inbound.ports().isEmpty()) {
            each(
                    Part.INBOUND,
                    List.of(),
                    Chain.WEFT_INBOUND,
                    redirect,
                    Plain.IS_TCP,
                    Plain.OPENS,
                    Plain.IS_TO_THIS_HOST);
        }
        for (PortRange ports : inbound.ports()) {
            var to = new Rule.ToPort(Protocol.TCP, ports);
            each(Part.INBOUND, List.of(), Chain.WEFT_INBOUND, redirect, to, Plain.OPENS, Plain.IS_TO_THIS_HOST);
        }
    }

    private void uids(Consumer<Rule.Uid> each) {
        wanted.uids().forEach(uid -> each.accept(new Rule.Uid(uid)));
    }

    /** One rule for each range, or a single one without any; while the proxy lives, where the part is open. */
    private void each(Part part, List<Cidr> ranges, Chain chain, Rule.Action action, Condition... others) {
        List<Rule.To> to = ranges.stream().map(Rule.To::new).toList();
        for (int i = 0; i < Math.max(1, to.size()); i++) {
            List<Condition> all = new ArrayList<>(List.of(others));
            all.addAll(to.isEmpty() ? to : to.subList(i, i + 1));
            if (wanted.isOpen(part)) {
                all.add(new Rule.IsAlive(wanted.liveness().seconds())); // last, because it is what takes longest
            }
            add(chain, action, all.toArray(Condition[]::new));
        }
    }

    private void add(Chain chain, Rule.Action action, Condition... conditions) {
        chains.getOrDefault(chain, new ArrayList<>()).add(new Rule(List.of(conditions), action));
    }
}
