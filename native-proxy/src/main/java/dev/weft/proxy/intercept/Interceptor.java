package dev.weft.proxy.intercept;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Puts the rules of an interception in force, all of them or none, and takes them back. */
public final class Interceptor {
    private final List<Firewall> firewalls;

    /**
     * @param shell {@link Shell#ofTheHost} for this host, with the rights for it (CAP_NET_ADMIN)
     */
    public Interceptor(Shell shell) {
        firewalls = List.of(new Nftables(shell), new Iptables(shell));
    }

    /** The tools there may be, the preferred one first. */
    public List<Firewall> firewalls() {
        return firewalls;
    }

    /** The first that can be used here. */
    public Firewall usable() throws IOException {
        for (Firewall firewall : firewalls) {
            if (firewall.isUsable()) {
                return firewall;
            }
        }
        throw new IOException("neither nft nor iptables works here: they have to be installed (packages nftables and"
                + " iptables), and take root or CAP_NET_ADMIN");
    }

    /**
     * In the place of what is in force, by whichever tool.
     *
     * @throws IOException it failed, and no rule of ours is left; or some are, and why
     */
    public void install(Firewall with, Interception wanted) throws IOException {
        try {
            with.install(wanted);
            for (Firewall other : firewalls) {
                if (!other.name().equals(with.name())) {
                    other.remove();
                }
            }
        } catch (IOException e) {
            try {
                remove();
            } catch (IOException left) {
                e.addSuppressed(left);
                throw new IOException(e.getMessage() + "; and what was done can't be undone: " + left.getMessage(), e);
            }
            throw e;
        }
    }

    /** Takes away what any of the tools has of ours. */
    public void remove() throws IOException {
        IOException failure = null;
        for (Firewall firewall : firewalls) {
            try {
                firewall.remove();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        var left = show();
        if (!left.isEmpty()) {
            throw new IOException(left.size() + " lines are left, beginning with: " + left.get(0));
        }
    }

    /** What is in force. */
    public List<String> show() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Firewall firewall : firewalls) {
            lines.addAll(firewall.show());
        }
        return lines;
    }
}
