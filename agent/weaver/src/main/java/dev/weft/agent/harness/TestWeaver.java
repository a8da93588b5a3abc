package dev.weft.agent.harness;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.index.ModuleIndex;
import dev.weft.agent.weave.FirstLook;
import dev.weft.agent.weave.Log;
import dev.weft.agent.weave.Report;
import dev.weft.agent.weave.Weaver;
import dev.weft.engine.adapt.Mesh;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The weaver in the JVM of a test, with only the adapters under test. No flag, agent jar or build step
 * is needed: it attaches to its own JVM.
 *
 * <pre>{@code
 * static final TestWeaver WEAVER = TestWeaver.install(mesh, Path.of("target/classes"));
 * ...                                  // call the library: its classes are woven, also those already loaded
 * WEAVER.assertWoven();                // the library's version has all that the adapters need
 * WEAVER.close();                      // the library's classes have their own bytes again
 * }</pre>
 *
 * <p>A folder is a module: each class in it that bears {@code @Weave} is an adapter, and all classes
 * under {@code dev.weft} in it are loaded by the adapter loader, a second time if the test's class path
 * has them too. So a test can't share static state with an adapter; it shares the {@link Mesh}.
 *
 * <p>One weaver at a time. To test another version of the library, run the same tests once more with
 * another class path (a surefire execution with {@code classpathDependencyExcludes} and
 * {@code additionalClasspathElements}), or load the library in a {@code URLClassLoader} of its own whose
 * parent does not have it: the adapter is loaded beside whichever loader holds the woven class.
 */
public final class TestWeaver implements AutoCloseable {
    private final Weaver weaver;
    private final List<String> lines;

    private TestWeaver(Weaver weaver, List<String> lines) {
        this.weaver = weaver;
        this.lines = lines;
    }

    /**
     * Starts weaving.
     *
     * @param adapters folders of class files, such as {@code target/classes}
     */
    public static TestWeaver install(Mesh mesh, Path... adapters) {
        return install(mesh, any -> true, adapters);
    }

    /** As above with some of the adapters in the folders, by class name. */
    public static TestWeaver install(Mesh mesh, Predicate<String> which, Path... adapters) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Log log = new Log() {
            @Override
            public void info(String message) {
                lines.add(message);
            }

            @Override
            public void warn(String message, @Nullable Throwable cause) {
                lines.add(cause == null ? message : message + ": " + cause);
            }
        };
        try {
            List<AdapterModule> modules = new ArrayList<>();
            for (Path folder : adapters) {
                modules.add(ModuleIndex.of(folder.toString(), folder, which));
            }
            ClassLoader engine = Mesh.class.getClassLoader();
            return new TestWeaver(
                    Weaver.install(Attach.instrumentation(), engine, modules, weaver -> mesh, null, log), lines);
        } catch (Exception failed) {
            throw new IllegalStateException("the weaver could not be installed", failed);
        }
    }

    public Report report() {
        return weaver.report();
    }

    /** What the weaver has logged: refusals, failures of linking, bugs of adapters. */
    public List<String> log() {
        return List.copyOf(lines);
    }

    /** Fails unless at least one class is woven and nothing was refused, switched off or caught. */
    public void assertWoven() {
        List<Report.Row> rows = report().rows();
        if (rows.isEmpty()) {
            throw new AssertionError("no class that an adapter names has been loaded");
        }
        for (Report.Row row : rows) {
            if (row.state() != Report.State.WOVEN || row.bugs() > 0) {
                throw new AssertionError(row + "\n" + String.join("\n", lines));
            }
        }
    }

    /** What an agent does that comes to a running application, for what runs now. */
    public void catchUp() {
        try {
            weaver.catchUp(FirstLook.at(Attach.instrumentation()));
        } catch (Exception failed) {
            throw new IllegalStateException("this JVM could not be looked at", failed);
        }
    }

    public void pause() {
        weaver.pause();
    }

    public void resume() {
        weaver.resume();
    }

    /** Detaches: the woven classes get their original bytes back. */
    @Override
    public void close() {
        weaver.detach();
    }
}
