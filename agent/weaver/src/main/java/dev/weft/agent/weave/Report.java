package dev.weft.agent.weave;

import java.util.List;

/**
 * What is woven, what was refused and why, and what our failures switched off.
 *
 * @param outside what was there before an agent that came late, and stays outside the mesh, one line each
 */
public record Report(boolean on, List<Row> rows, List<String> outside) {
    public Report {
        rows = List.copyOf(rows);
        outside = List.copyOf(outside);
    }

    /** How a hook stands. */
    public enum State {
        /** The code is in the class; its site links when it first runs. */
        WOVEN,
        /** Does nothing: the library's version lacks something, or the class file can't be woven. */
        REFUSED,
        /** Woven, does nothing: linking failed, or the adapter failed too often. */
        OFF
    }

    /**
     * One hook in the classes of one loader.
     *
     * @param hook {@code SHAPE type#method}
     * @param loader class and name of the application class loader
     * @param reason empty when woven
     * @param bugs times our own code failed there
     */
    public record Row(
            String module, String adapter, String hook, String loader, State state, String reason, long bugs) {}
}
