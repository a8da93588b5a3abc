package dev.weft.proxy;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminHandler;
import dev.weft.admin.AdminRequest;
import dev.weft.proxy.http1.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The admin listener's pages: what probes ask for is answered at once, all else on threads that come and go, since the
 * whole of a large mesh takes its time, and a name that nobody has called yet has to be fetched.
 */
final class AdminThreads implements Pages, AutoCloseable {
    private static final Set<String> AT_ONCE = Set.of("/ready", "/live");
    private static final int THREADS = 4;
    private static final int MOST_WAITING = 64;
    private static final long IDLE_SECONDS = 5;

    private final AdminHandler handler;
    private final ThreadPoolExecutor threads;

    /** @param factory makes daemons */
    AdminThreads(AdminHandler handler, ThreadFactory factory) {
        this.handler = handler;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void ask(Asked asked, Consumer<Page> answer) {
        AdminRequest request;
        try {
            request = AdminRequest.of(asked.method(), asked.target(), headers(asked));
        } catch (AdminRequest.Malformed e) {
            answer.accept(page(AdminAnswer.refused(400, String.valueOf(e.getMessage()))));
            return;
        }
        if (AT_ONCE.contains(request.path())) {
            answer.accept(answer(request));
            return;
        }
        try {
            threads.execute(() -> answer.accept(answer(request)));
        } catch (RejectedExecutionException full) {
            answer.accept(page(AdminAnswer.refused(503, "Too many ask at once")));
        }
    }

    private Page answer(AdminRequest request) {
        return page(handler.answer(request, false, false));
    }

    private static Page page(AdminAnswer answer) {
        return new Page(answer.status(), answer.contentType(), answer.body());
    }

    private static List<AdminRequest.Pair> headers(Asked asked) {
        List<AdminRequest.Pair> pairs = new ArrayList<>();
        asked.headers().forEach((name, value) -> pairs.add(new AdminRequest.Pair(name, value)));
        return pairs;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
