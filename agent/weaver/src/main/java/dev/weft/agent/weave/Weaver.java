package dev.weft.agent.weave;

import dev.weft.agent.adapter.AdapterModule;
import dev.weft.agent.adapter.Hook;
import dev.weft.agent.loader.AdapterLoaders;
import dev.weft.agent.weave.Report.State;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Leaver;
import dev.weft.engine.adapt.Mesh;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * Weaves adapters into library classes as they are loaded, and into those that already are.
 *
 * <p>Whatever fails here leaves the class as it was. The code on this path runs while the JVM is busy
 * loading some class: it uses no lambdas, no string concatenation by invokedynamic, no
 * {@code java.util.logging} and no regex, since each of those may need the very class, or a lock
 * that another thread holds while it waits for us.
 */
public final class Weaver {
    /** Classes that linking needs first inside a transformer's call: on JDK 17 they answer ClassCircularityError there. */
    private static final String[] PRELOADED = {
        "java.util.concurrent.ThreadLocalRandom", "java.lang.invoke.MethodHandle$1", "java.lang.invoke.SwitchPoint",
    };

    /** So many classes loaded after the agent mean an application that is worth a rehearsal, and that has only begun. */
    private static final int BEGUN = 100;

    private final Instrumentation inst;
    private final @Nullable Thread rehearsal;
    private final Log log;
    private final AdapterLoaders loaders;
    private final Standings standings;
    private final Verdicts verdicts;
    private final Linker linker;
    private final ClassFileTransformer transformer = new Transformer();
    private final Meshes meshes;
    /** Written once, by whoever attached us. */
    private volatile List<String> outside = List.of();

    private @Nullable Link link;
    private boolean gone;

    private Weaver(
            Instrumentation inst,
            ClassLoader agent,
            List<AdapterModule> modules,
            Function<Weaver, Mesh> mesh,
            @Nullable ThreadFactory threads,
            Log log) {
        this.inst = inst;
        this.log = log;
        this.meshes = new Meshes(mesh);
        this.loaders = new AdapterLoaders(agent, inst, modules, Mesh.class, meshes);
        this.standings = new Standings(modules);
        this.verdicts = new Verdicts(loaders, standings, log);
        this.linker = new Linker(loaders, verdicts, standings, log);
        this.rehearsal = threads == null ? null : threads.newThread(new Rehearsal(this, linker));
    }

    /**
     * Starts weaving.
     *
     * @param agent the loader that adapters take the engine from
     * @param mesh makes what adapters hand calls to, once, when the first of them is linked or before
     * @param threads makes the thread that does, once the application has begun, what would make its main thread wait
     *     later; null for an application that runs already
     * @throws IllegalStateException when a weaver is already at work in this JVM
     */
    public static Weaver install(
            Instrumentation inst,
            ClassLoader agent,
            List<AdapterModule> modules,
            Function<Weaver, Mesh> mesh,
            @Nullable ThreadFactory threads,
            Log log)
            throws Exception {
        for (String name : PRELOADED) {
            preload(name);
        }
        Weaver weaver = new Weaver(inst, agent, modules, mesh, threads, log);
        if (Link.exists()) {
            weaver.connect(); // what stands there belongs to one that was detached, or to one that is at work
        }
        inst.addTransformer(weaver.transformer, true);
        weaver.retransform();
        return weaver;
    }

    private static void preload(String name) {
        try {
            Class.forName(name, false, null);
        } catch (ClassNotFoundException otherJdk) {
            // names of nested classes differ between versions; what doesn't exist can't be in the way
            return;
        }
    }

    /** Opening {@code java.lang} is a third of what a premain would cost: done before the first class is woven. */
    private synchronized void connect() throws Exception {
        if (link == null && !gone) {
            Link opened = Link.open(inst);
            if (!opened.connect(linker.handle())) {
                throw new IllegalStateException("another Weft agent is at work in this JVM");
            }
            link = opened;
        }
    }

    /** Whatever the first woven class and the first linked site wait for; for {@link Rehearsal}. */
    void prepare() throws Exception {
        connect();
        meshes.get();
    }

    /** The first class and the first site will meet the same failure, and say what it means for them. */
    void unprepared(Throwable failed) {
        log.warn("rehearsal failed", failed);
    }

    /** All sites do nothing, from the next call on. */
    public void pause() {
        linker.off();
    }

    public void resume() {
        linker.on();
    }

    /** Off for good: the woven classes get their original bytes back. */
    public void detach() {
        List<Object> made = loaders.made(); // before the sites go, which keep them
        linker.end();
        for (Object adapter : made) {
            leave(adapter);
        }
        inst.removeTransformer(transformer);
        retransform();
        synchronized (this) {
            gone = true;
            if (link != null) {
                link.disconnect();
            }
        }
    }

    private void leave(Object adapter) {
        if (adapter instanceof Leaver leaver) {
            try {
                leaver.leave();
            } catch (Throwable failed) {
                log.warn(adapter.getClass().getName() + " leaves something behind", failed);
            }
        }
    }

    public Report report() {
        return new Report(linker.isOn(), standings.rows(), outside);
    }

    /**
     * For a weaver that came to a running application: adapters look at what was there before them.
     *
     * @param before taken before this weaver was installed
     */
    public void catchUp(FirstLook before) {
        meshes.get();
        for (Class<?> loaded : inst.getAllLoadedClasses()) {
            List<Hook> hooks = standings.of(loaded);
            if (hooks != null) {
                for (Hook hook : hooks) {
                    catchUp(loaded, hook, before);
                }
            }
        }
        outside = before.lines();
    }

    private void catchUp(Class<?> loaded, Hook hook, FirstLook before) {
        if (hook.optional() && standings.known(hook, loaded.getClassLoader()) == null) {
            return; // the class does without the method
        }
        Standing standing = standings.of(hook, loaded.getClassLoader());
        try {
            if (!standing.isWoven() || !verdicts.fits(loaded.getClassLoader(), hook)) {
                return; // the report says why
            }
            Object adapter = loaders.adapter(loaded.getClassLoader(), hook.adapter(), hook.opens());
            if (adapter instanceof Latecomer latecomer) {
                latecomer.catchUp(loaded, before);
            }
        } catch (Throwable failed) {
            log.warn(standing + " can't catch up", failed);
        }
    }

    private void retransform() {
        for (Class<?> loaded : inst.getAllLoadedClasses()) {
            if (standings.of(loaded) != null && inst.isModifiableClass(loaded)) {
                try {
                    inst.retransformClasses(loaded);
                } catch (Throwable failed) {
                    log.warn(loaded.getName() + " can't be retransformed", failed);
                }
            }
        }
    }

    /** The one mesh. A class and not a lambda: it is needed in premain. */
    private final class Meshes implements Supplier<Mesh> {
        private final Function<Weaver, Mesh> maker;
        private @Nullable Mesh made;

        Meshes(Function<Weaver, Mesh> maker) {
            this.maker = maker;
        }

        @Override
        public synchronized Mesh get() {
            Mesh known = made;
            if (known == null) {
                known = maker.apply(Weaver.this);
                made = known;
            }
            return known;
        }
    }

    private final class Transformer implements ClassFileTransformer {
        private final AtomicInteger seen = new AtomicInteger();

        @Override
        public byte @Nullable [] transform(
                @Nullable Module module,
                @Nullable ClassLoader loader,
                @Nullable String className,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            if (rehearsal != null && seen.incrementAndGet() == BEGUN) {
                // Only started here: to make it would load classes, perhaps the very one that is being loaded.
                rehearsal.start();
            }
            List<Hook> hooks = className == null ? null : standings.hooks(className);
            if (hooks == null) {
                return null;
            }
            try {
                return weave(loader, hooks, bytes);
            } catch (Throwable failed) {
                for (Hook hook : hooks) {
                    verdicts.refuse(standings.of(hook, loader), failed.toString());
                }
                return null;
            }
        }
    }

    private byte @Nullable [] weave(@Nullable ClassLoader loader, List<Hook> hooks, byte[] bytes) throws Exception {
        ClassReader reader = new ClassReader(bytes);
        Survey survey = Survey.of(reader, hooks);
        List<Hook> woven = new ArrayList<>();
        for (Hook hook : hooks) {
            if (survey.doesWithout(hook)) {
                continue;
            }
            String refused = survey.refusals().get(hook);
            String why = refused == null ? verdicts.known(loader, hook) : refused;
            if (why.isEmpty()) {
                standings.of(hook, loader).becomes(State.WOVEN, "");
                woven.add(hook);
            } else {
                verdicts.refuse(standings.of(hook, loader), why);
            }
        }
        if (woven.isEmpty()) {
            return null;
        }
        connect();
        return Weaving.weave(reader, woven, survey.lacksFrames() ? new Frames(loader) : new ClassWriter(reader, 0));
    }
}
