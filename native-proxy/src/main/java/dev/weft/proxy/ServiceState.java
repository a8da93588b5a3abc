package dev.weft.proxy;

import dev.weft.client.ControlClient.Health;
import dev.weft.engine.drive.Clock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the service stands in the mesh. Before it goes, its callers learn that it leaves, and are served as ever meanwhile:
 * that far an operator's drain and the end of the process are the same, and that far it can be taken back.
 */
final class ServiceState {
    private final BiConsumer<Health, String> mesh;
    private final Runnable callers;
    private final Clock clock;
    private final Consumer<String> log;
    private volatile Health application = Health.STARTING;
    private volatile String reason = "it has not been checked yet";
    private volatile boolean leaving;
    private volatile boolean ending;
    private @Nullable Health logged;
    private long told;

    /**
     * @param mesh is told of each change, and why
     * @param callers tells those that are connected that it leaves
     */
    ServiceState(BiConsumer<Health, String> mesh, Runnable callers, Clock clock, Consumer<String> log) {
        this.mesh = mesh;
        this.callers = callers;
        this.clock = clock;
        this.log = log;
    }

    /** Nobody knows yet whether the application is there. */
    synchronized void starting() {
        tell();
    }

    /**
     * What is heard while it begins to leave is told before that, or never. Another reason alone is no line of the log.
     *
     * @param health UP, STARTING or DOWN
     * @param why it is not up; empty where it is
     */
    synchronized void applicationIs(Health health, String why) {
        application = health;
        reason = why;
        if (leaving) {
            return;
        }
        if (health != logged) {
            logged = health;
            log.accept("the application is "
                    + switch (health) {
                        case UP -> "up";
                        case DOWN -> "down: " + why;
                        default -> "not up yet: " + why;
                    });
        }
        tell();
    }

    /** Whether the application is well. */
    boolean up() {
        return application == Health.UP;
    }

    /** How the application is, and why it is not up. */
    String applicationWord() {
        return up() ? Health.UP.name() : application + ": " + reason;
    }

    /** Whether callers are to go elsewhere. */
    boolean leaving() {
        return leaving;
    }

    /** Whether the process is to end. */
    boolean ending() {
        return ending;
    }

    /** In a word: {@code STARTING}, {@code UP}, {@code DOWN} or {@code DRAINING}. */
    String word() {
        return (leaving ? Health.DRAINING : application).name();
    }

    /** Callers learn that it leaves. False where they had learnt it before. */
    synchronized boolean leave() {
        if (leaving) {
            return false;
        }
        leaving = true;
        told = clock.nanos();
        log.accept("draining");
        tell();
        callers.run();
        return true;
    }

    /** It stays after all. False where the process ends. */
    synchronized boolean stay() {
        if (ending) {
            return false;
        }
        if (leaving) {
            leaving = false;
            log.accept("drains no more");
            tell();
        }
        return true;
    }

    /**
     * The process ends, and with it the service. Callers that came while an operator drained hear of it too.
     *
     * @return when callers were told of it first, on the clock
     */
    synchronized long end() {
        ending = true;
        if (!leave()) {
            callers.run();
        }
        return told;
    }

    /** The process ends, and the service doesn't: another one is it from now on. */
    synchronized void hand() {
        ending = true;
        leaving = true;
    }

    private void tell() {
        if (leaving) {
            mesh.accept(Health.DRAINING, "");
        } else {
            mesh.accept(application, reason);
        }
    }
}
