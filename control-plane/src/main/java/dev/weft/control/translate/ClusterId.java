package dev.weft.control.translate;

import dev.weft.control.rule.VirtualService.Destination;
import java.util.List;

/**
 * Which of a host's clusters.
 *
 * @param port that the host declares; 0 for any
 * @param subset empty for the whole host
 */
record ClusterId(int port, String subset) implements Comparable<ClusterId> {
    /**
     * @param listener port that is called; 0 for any
     * @param ports that its host declares; empty for none
     */
    static ClusterId of(Destination destination, int listener, List<Integer> ports) {
        if (ports.isEmpty()) {
            return new ClusterId(0, destination.subset());
        }
        // As in Istio: the port that is named, else the only one, else the one that was called.
        int port = destination.port() != 0 ? destination.port() : ports.size() == 1 ? ports.get(0) : listener;
        return new ClusterId(port, destination.subset());
    }

    String name(String host) {
        return ClusterName.of(port, subset, host);
    }

    @Override
    public int compareTo(ClusterId other) {
        int byPort = Integer.compare(port, other.port);
        return byPort != 0 ? byPort : subset.compareTo(other.subset);
    }
}
