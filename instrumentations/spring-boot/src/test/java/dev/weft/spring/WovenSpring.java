package dev.weft.spring;

import dev.weft.agent.harness.TestWeaver;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.ServerSide;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Our adapters woven into the Spring Boot and the Tomcat of this JVM, with a diary of what they say. */
final class WovenSpring implements AutoCloseable {
    private static final RandomSource RANDOM = new ThreadRandom();

    final List<String> diary = new CopyOnWriteArrayList<>();
    volatile Runnable whenStopping = () -> {};
    final TestWeaver weaver;

    WovenSpring() {
        Ambient ambient = new Ambient(() -> false);
        Engine engine = new Engine(RANDOM, ambient, call -> {}, bug -> {
            throw new AssertionError(bug);
        });
        ServerSide server =
                new ServerSide(ambient, RANDOM, System::nanoTime, Epoch.system(System::nanoTime), span -> {});
        Mesh mesh = new Mesh(
                engine,
                System::nanoTime,
                (at, task) -> {
                    throw new AssertionError("a server needs no timer");
                },
                Outside.NONE,
                server,
                new Diary());
        weaver = TestWeaver.install(mesh, Path.of("target/classes"), Path.of("../tomcat/target/classes"));
    }

    private final class Diary implements Workload {
        @Override
        public void named(String name) {
            diary.add("named " + name);
        }

        @Override
        public void starting() {
            diary.add("starting");
        }

        @Override
        public void listening(int port, String protocol) {
            diary.add("listening " + protocol + ":" + port);
        }

        @Override
        public void management(int port) {
            diary.add("management " + port);
        }

        @Override
        public void otherTracer(String what) {
            diary.add("traced by " + what);
        }

        @Override
        public void ready() {
            diary.add("ready");
        }

        @Override
        public void stopping() {
            diary.add("stopping");
            whenStopping.run();
        }
    }

    @Override
    public void close() {
        weaver.close();
    }
}
