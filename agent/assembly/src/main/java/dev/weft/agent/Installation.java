package dev.weft.agent;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.PackedModule;
import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogFile;
import dev.weft.agent.log.LogLevel;
import dev.weft.agent.weave.FirstLook;
import dev.weft.agent.weave.Weaver;
import dev.weft.agent.workload.Daemon;
import dev.weft.agent.workload.LazyTimer;
import dev.weft.agent.workload.Lifecycle;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Clock;
import dev.weft.telemetry.ServerSide;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything of the agent, put together. In premain that is the weaver alone; the rest is made on another
 * thread once the application has begun, or when the first adapter is, because each class that premain loads is paid for by every start of a JVM.
 */
final class Installation implements Function<Weaver, Mesh>, ThreadFactory {
    private final Config config;
    private final Log log;
    private final boolean late;
    private final boolean leftBehind;
    private volatile @Nullable Operation operation;

    private Installation(Config config, Log log, boolean late, boolean leftBehind) {
        this.config = config;
        this.log = log;
        this.late = late;
        this.leftBehind = leftBehind;
    }

    /**
     * @param late whether the application ran already: then there is much to catch up on, and time for it
     * @param leftBehind whether there is but the word of a dead control plane, which only former members heed
     */
    static void install(Config config, Instrumentation inst, boolean late, boolean leftBehind) throws Exception {
        Log log = new Log(config.log(), config.logFile().isEmpty() ? null : new LogFile(Path.of(config.logFile())));
        ClassLoader loader = Installation.class.getClassLoader();
        List<AdapterModule> modules = PackedModule.all(loader, config.switchedOff());
        Installation made = new Installation(config, log, late, leftBehind);
        FirstLook before = late ? FirstLook.at(inst) : null;
        Weaver weaver = Weaver.install(inst, loader, modules, made, late ? null : made, new WeaverLog(log));
        if (before != null) {
            Unmeshed.tell(before);
            weaver.catchUp(before);
            made.join();
        }
    }

    /** Without waiting for a call or a port: whoever attached wants to see what became of it. */
    private void join() {
        Operation whole = operation;
        if (whole != null) {
            whole.join();
        }
    }

    private String service() {
        Operation whole = operation;
        return whole == null ? "unknown" : whole.service();
    }

    /** For the weaver's rehearsal. */
    @Override
    public Thread newThread(Runnable rehearsal) {
        return Daemon.of("weft-rehearsal", rehearsal);
    }

    @Override
    public Mesh apply(Weaver weaver) {
        for (String note : config.notes()) {
            log.say(LogLevel.INFO, note);
        }
        Clock clock = new SystemClock();
        RandomSource random = new ThreadRandom();
        Bugs bugs = new Bugs(log);
        Tracing tracing = new Tracing(config.tracing(), log);
        LazyTimer timer = new LazyTimer(bugs);
        Reporting reporting = new Reporting(config, this::service, tracing, clock, random, timer, bugs, log);
        Engine engine = reporting.engine();
        ServerSide serverSide = reporting.serverSide();
        Pausing pausing = new Pausing(engine);
        Member member = new Member(config, leftBehind, engine, clock, random, pausing, log);
        Lifecycle lifecycle = new Lifecycle(config, clock, timer, member, new Inside(serverSide, tracing, late), log);
        Departure departure = new Departure(engine, pausing, clock, lifecycle, weaver, member, reporting, timer, log);
        Operation whole = new Operation(
                config, engine, pausing, random, clock, reporting, bugs, member, lifecycle, weaver, departure, log);
        member.is(whole);
        operation = whole;
        return new Mesh(engine, clock, timer, member, serverSide, lifecycle);
    }
}
