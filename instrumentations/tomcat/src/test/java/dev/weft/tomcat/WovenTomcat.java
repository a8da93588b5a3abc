package dev.weft.tomcat;

import dev.weft.agent.harness.TestWeaver;
import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.balance.ThreadRandom;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.trace.Ambient;
import dev.weft.engine.trace.TraceContext;
import dev.weft.telemetry.Epoch;
import dev.weft.telemetry.RecentSpans;
import dev.weft.telemetry.ServerSide;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.servlet.AsyncContext;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.http2.Http2Protocol;
import org.jspecify.annotations.Nullable;

/** A real Tomcat with our adapters woven in, and an application that can do all that applications do. */
final class WovenTomcat implements AutoCloseable {
    private static final RandomSource RANDOM = new ThreadRandom();

    final Ambient ambient = new Ambient(() -> false);
    final RecentSpans spans = new RecentSpans(4096);
    final ServerSide server = new ServerSide(ambient, RANDOM, System::nanoTime, Epoch.system(System::nanoTime), spans);
    final RecordingWorkload workload = new RecordingWorkload();
    final List<String> leaks = new CopyOnWriteArrayList<>();
    final List<AsyncContext> parked = new CopyOnWriteArrayList<>();
    final ExecutorService others = Executors.newFixedThreadPool(8);
    final Holding holding = new Holding();
    final TestWeaver weaver;
    final Tomcat tomcat = new Tomcat();

    WovenTomcat() throws IOException, LifecycleException {
        Engine engine = new Engine(RANDOM, ambient, call -> {}, bug -> {
            throw new AssertionError(bug);
        });
        Mesh mesh = new Mesh(
                engine,
                System::nanoTime,
                (at, task) -> {
                    throw new AssertionError("a server needs no timer");
                },
                Outside.NONE,
                server,
                workload);
        weaver = TestWeaver.install(mesh, Path.of("target/classes"));
        File base = Files.createTempDirectory("weft-tomcat").toFile();
        tomcat.setBaseDir(base.getPath());
        Connector http = new Connector();
        http.setPort(0);
        http.setProperty("address", "127.0.0.1");
        http.setProperty("maxThreads", "40");
        http.setProperty("acceptCount", "2000");
        http.addUpgradeProtocol(new Http2Protocol());
        tomcat.setConnector(http);
        tomcat.getEngine().getPipeline().addValve(new LeakFinder());
        Context context = tomcat.addContext("", base.getPath());
        serve(context, "ok", "/ok", (q, a) -> a.getWriter().print(traceparent()));
        serve(context, "teapot", "/error", (q, a) -> a.sendError(503, "no"));
        serve(context, "throws", "/throws", (q, a) -> {
            throw new IllegalStateException("boom");
        });
        serve(context, "async", "/async", (q, a) -> {
            String seen = traceparent();
            AsyncContext async = q.startAsync();
            others.execute(() -> finish(async, 201, seen));
        });
        serve(context, "dispatch", "/dispatch", (q, a) -> {
            if (q.getAttribute("first") == null) {
                q.setAttribute("first", traceparent());
                AsyncContext async = q.startAsync();
                others.execute(async::dispatch);
            } else {
                a.getWriter().print(q.getAttribute("first") + " " + traceparent());
            }
        });
        serve(context, "timeout", "/timeout", (q, a) -> q.startAsync().setTimeout(200));
        serve(context, "hold", "/hold", (q, a) -> holding.hold());
        serve(context, "park", "/park", (q, a) -> {
            AsyncContext async = q.startAsync();
            async.setTimeout(60_000);
            parked.add(async);
        });
        tomcat.start();
    }

    /** Requests that keep their threads until they are let go. */
    static final class Holding {
        final AtomicInteger threads = new AtomicInteger();
        final CountDownLatch letGo = new CountDownLatch(1);

        private void hold() throws IOException {
            threads.incrementAndGet();
            try {
                letGo.await();
            } catch (InterruptedException stopped) {
                throw new InterruptedIOException("the test is over");
            }
        }
    }

    interface Handler {
        void handle(HttpServletRequest request, HttpServletResponse answer) throws IOException;
    }

    private static void serve(Context context, String name, String path, Handler handler) {
        Wrapper servlet = Tomcat.addServlet(context, name, new HttpServlet() {
            private static final long serialVersionUID = 1;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse answer) throws IOException {
                handler.handle(request, answer);
            }
        });
        servlet.setAsyncSupported(true);
        servlet.addMapping(path);
    }

    static void finish(AsyncContext async, int status, String body) {
        HttpServletResponse answer = (HttpServletResponse) async.getResponse();
        answer.setStatus(status);
        try {
            answer.getWriter().print(body);
        } catch (IOException gone) {
            throw new AssertionError("the client should still be there", gone);
        }
        async.complete();
    }

    private String traceparent() {
        TraceContext current = ambient.current();
        return current == null ? "none" : current.traceparent();
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** Stands before the woven valve: its threads must have no trace before and after. */
    private final class LeakFinder extends ValveBase {
        LeakFinder() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, javax.servlet.ServletException {
            note("before", ambient.current());
            try {
                getNext().invoke(request, response);
            } finally {
                note("after", ambient.current());
            }
        }

        private void note(String when, @Nullable TraceContext found) {
            if (found != null) {
                leaks.add(when + " " + found);
            }
        }
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        others.shutdownNow();
        weaver.close();
    }
}
