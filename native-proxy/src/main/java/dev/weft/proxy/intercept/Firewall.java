package dev.weft.proxy.intercept;

import java.io.IOException;
import java.util.List;

/** A tool that puts rules into the kernel. */
public sealed interface Firewall permits Iptables, Nftables {
    /** What it is called. */
    String name();

    /** Whether it is there and works, which takes the rights for it. */
    boolean isUsable() throws IOException;

    /** What {@link #install} would do, as a shell script for a host without rules of ours. */
    String script(Interception wanted);

    /**
     * Puts these rules in the place of whatever rules of ours there are.
     *
     * @throws IOException it failed; some of the rules may be there
     */
    void install(Interception wanted) throws IOException;

    /** Takes away all rules of ours; without any, it does nothing. */
    void remove() throws IOException;

    /** The rules of ours that are there, line by line, as the tool says them; empty for none. */
    List<String> show() throws IOException;
}
