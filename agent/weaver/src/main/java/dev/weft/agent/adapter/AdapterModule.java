package dev.weft.agent.adapter;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The adapters of one instrumentation: their hooks, their class files, what they need of the library. */
public interface AdapterModule {
    String name();

    List<Hook> hooks();

    /** Names of all classes of the module, the adapters among them. */
    Set<String> classes();

    byte[] bytes(String className) throws IOException;

    /** What each adapter needs, by the adapter's class name. Read when first something is to be woven. */
    Map<String, List<Reference>> references() throws IOException;
}
