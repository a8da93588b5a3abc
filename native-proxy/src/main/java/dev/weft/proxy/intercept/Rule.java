package dev.weft.proxy.intercept;

import dev.weft.proxy.address.Cidr;
import java.util.List;

/**
 * One rule, in the words of neither tool.
 *
 * @param conditions all of them have to hold
 */
record Rule(List<Condition> conditions, Action action) {
    Rule {
        conditions = List.copyOf(conditions);
    }

    sealed interface Condition {}

    enum Protocol {
        TCP,
        UDP;

        String word() {
            return this == TCP ? "tcp" : "udp";
        }
    }

    enum Plain implements Condition {
        IS_TCP,
        /**
         * The first packet of a connection, behind a condition that names TCP. What is sent over a connection that was
         * open before the kernel tracked any is new to it, and would be led away in its middle.
         */
        OPENS,
        LEAVES_BY_LOOPBACK,
        COMES_BY_LOOPBACK,
        /** To an address of this host: not what it forwards for others. */
        IS_TO_THIS_HOST
    }

    record Uid(int uid) implements Condition {}

    record To(Cidr range) implements Condition {}

    record ToPort(Protocol protocol, PortRange ports) implements Condition {}

    record FromPort(Protocol protocol, int port) implements Condition {}

    /** Over UDP, with so many bytes in it. */
    record Datagram(int port, int bytes) implements Condition {}

    /** The proxy was {@linkplain Live heard of} no longer ago; over the same kind of addresses. */
    record IsAlive(int seconds) implements Condition {}

    sealed interface Action {}

    /** As if we were not there. */
    record Leave() implements Action {}

    /** To this port of the host. */
    record Redirect(int port) implements Action {}

    /** Tracked apart from all other connections; the first rule that says so counts. */
    record Zone(int zone) implements Action {}

    /** The proxy is alive, and is taken to be for so long; no other rule of the chain counts. */
    record Live(int seconds) implements Action {}

    /** It is no longer; no other rule of the chain counts. */
    record Die() implements Action {}

    /** Whether it can hold for this kind of addresses. */
    boolean isFor(boolean isIpv4) {
        for (Condition condition : conditions) {
            if (condition instanceof To to && to.range().isIpv4() != isIpv4) {
                return false;
            }
        }
        return true;
    }
}
