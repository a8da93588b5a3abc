package dev.weft.proxy;

import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.trace.Ambient;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1Limits;
import dev.weft.proxy.http1.InboundTrace;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An inbound listener in a process of its own, which may have as many descriptors as a test wants. Ends with its standard input. */
final class Alone implements AutoCloseable {
    /** What it can be asked. */
    enum Question {
        /** How often a connection could not be taken. */
        NOT_ACCEPTED,
        /** Requests whose end was told by another thread than the loop's. */
        STRANGERS,
        /** Bytes that it has in use, on the heap and beside it. */
        BYTES
    }

    private final Process process;
    private final BufferedReader said;

    /** @param descriptors that it may have */
    Alone(int descriptors, InetSocketAddress application) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "ulimit -n " + descriptors + " && exec \"$@\"",
                "bash",
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Alone.class.getName(),
                String.valueOf(application.getPort())));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Its port; waits until it listens. */
    int port() throws IOException {
        return (int) number();
    }

    long ask(Question question) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8)
                .append(question.name())
                .append('\n')
                .flush();
        return number();
    }

    private long number() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the process has ended");
        }
        return Long.parseLong(line);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }

    public static void main(String[] args) throws IOException {
        Traffic traffic = new Traffic();
        AtomicInteger notAccepted = new AtomicInteger();
        AtomicInteger strangers = new AtomicInteger();
        Inbound inbound = (method, path, headers) -> new Served(strangers);
        Loops<Worker> loops = new Loops<>(
                Sockets.best(),
                1,
                loop -> new Worker(loop, System::nanoTime, traffic, Http2.streams(Http2Limits.DEFAULT)));
        Listener listener = Listener.open(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                20_000,
                new Listener.Counts() {
                    @Override
                    public void accepted() {}

                    @Override
                    public void closed() {}

                    @Override
                    public void overLimit() {}

                    @Override
                    public void notAccepted(Throwable why) {
                        notAccepted.incrementAndGet();
                    }
                },
                Http2.orHttp1(
                        Http1Limits.DEFAULT,
                        Http2Limits.DEFAULT,
                        Courses.inbound(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])),
                                inbound,
                                new InboundTrace(new Ambient(() -> true))),
                        () -> false));
        listener.resume();
        System.out.println(listener.address().getPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(
                    switch (Question.valueOf(line)) {
                        case NOT_ACCEPTED -> notAccepted.get();
                        case STRANGERS -> strangers.get();
                        case BYTES -> bytes();
                    });
        }
        listener.close();
        loops.close();
    }

    private static long bytes() {
        System.gc();
        System.gc();
        Runtime heap = Runtime.getRuntime();
        return heap.totalMemory()
                - heap.freeMemory()
                + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory();
    }

    private record Served(AtomicInteger strangers) implements Inbound.Served {
        @Override
        public void attach() {}

        @Override
        public void detach() {}

        @Override
        public void end(int code, Outcome outcome, @Nullable Throwable error) {
            if (!Thread.currentThread().getName().startsWith("weft-proxy-")) {
                strangers.incrementAndGet();
            }
        }
    }
}
