package dev.weft.agent;

import dev.weft.agent.adapter.PackedModule;
import dev.weft.agent.weave.Log;
import dev.weft.agent.weave.Report;
import dev.weft.agent.weave.Weaver;
import java.lang.instrument.Instrumentation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The agent as far as the weaver needs one. */
public final class Agent {
    private Agent() {}

    static void start(@Nullable String args, Instrumentation inst) throws Exception {
        if ("explode".equals(args)) {
            throw new NoClassDefFoundError("something/of/Ours");
        }
        ClassLoader loader = Agent.class.getClassLoader();
        Log log = new Log() {
            @Override
            public void info(String message) {
                System.out.println("log: " + message);
            }

            @Override
            public void warn(String message, @Nullable Throwable cause) {
                System.out.println("log: " + message + " " + cause);
            }
        };
        Weaver weaver = Weaver.install(
                inst, loader, PackedModule.all(loader, Set.of()), any -> TestMesh.make(), Thread::new, log);
        if ("report".equals(args)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                for (Report.Row row : weaver.report().rows()) {
                    System.out.println(row);
                }
            }));
        }
    }
}
