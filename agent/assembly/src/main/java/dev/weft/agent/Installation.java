package dev.weft.agent;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.PackedModule;
import dev.weft.agent.config.Config;
import dev.weft.agent.log.Log;
import dev.weft.agent.log.LogFile;
import dev.weft.agent.weave.Weaver;
import dev.weft.agent.workload.LazyTimer;
import dev.weft.agent.workload.Lifecycle;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.drive.Clock;
import dev.weft.engine.trace.Ambient;
import dev.weft.telemetry.ClientSpans;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.RecentSpans;
import dev.weft.telemetry.ServerSide;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;

/** Everything of the agent, put together. */
final class Installation {
    private static final int SPANS = 4096;
    private static final long SPAN_BYTES = 4 << 20;

    private Installation() {}

    static void install(Config config, Instrumentation inst) throws Exception {
        Log log = new Log(config.log(), config.logFile().isEmpty() ? null : new LogFile(Path.of(config.logFile())));
        Clock clock = new SystemClock();
        Chance chance = new Chance();
        Bugs bugs = new Bugs(log);
        Tracing tracing = new Tracing(config.tracing(), log);
        Ambient ambient = new Ambient(tracing);
        Epoch epoch = Epoch.system(clock);
        RecentSpans spans = new RecentSpans(SPANS, SPAN_BYTES);
        Engine engine = new Engine(chance, ambient, new ClientSpans(clock, epoch, spans), bugs);
        ServerSide serverSide = new ServerSide(ambient, chance, clock, epoch, spans);
        LazyTimer timer = new LazyTimer(bugs);
        Member member = new Member(config, engine, clock, chance, log);
        Lifecycle lifecycle = new Lifecycle(config, clock, timer, member, new Inside(serverSide, tracing), log);
        ClassLoader loader = Installation.class.getClassLoader();
        List<AdapterModule> modules = PackedModule.all(loader, config.switchedOff());
        Mesh mesh = new Mesh(engine, clock, timer, member, serverSide, lifecycle);
        Weaver weaver = Weaver.install(inst, loader, modules, mesh, new WeaverLog(log));
        member.is(
                new Operation(config, engine, chance, clock, serverSide, spans, bugs, member, lifecycle, weaver, log));
    }
}
