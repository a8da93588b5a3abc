package dev.weft.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** gRPC calls of one message each way, as many as go through, with the headers that grpc-java sends and some metadata. */
final class GrpcLoad implements AutoCloseable {
    /** As many calls are under way as requests elsewhere, in fewer connections. */
    private static final int CONNECTIONS = 8;

    private static final int CALLS_OF_A_CONNECTION = 8;
    private static final int REQUEST_BYTES = 128;
    private static final int PREFIX_BYTES = 5;

    private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([0-9.]+) req/s");
    private static final Pattern COUNT = Pattern.compile(
            "requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored");

    private static final List<String> HEADERS = List.of(
            ":authority: bench",
            "content-type: application/grpc",
            "te: trailers",
            "user-agent: grpc-java-netty/1.76.0",
            "grpc-accept-encoding: gzip",
            "x-request-id: 8c4a1f60-9d0e-4b7b-8a2f-0c1d2e3f4a5b",
            "x-user: 0123456789abcdef");

    private final Path request;

    GrpcLoad() throws IOException {
        request = Files.write(Files.createTempFile("weft-bench", ".grpc"), message(REQUEST_BYTES));
    }

    /** A message that is not compressed, with its prefix. */
    static byte[] message(int length) {
        return ByteBuffer.allocate(PREFIX_BYTES + length)
                .putInt(1, length)
                .position(PREFIX_BYTES)
                .put("x".repeat(length).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** One call, which must end with its status: the load generator doesn't look at trailers. */
    void once(Proxies.One one) throws IOException {
        List<String> tool = new ArrayList<>(List.of("nghttp", "-v", "-n", "-d", request.toString()));
        headers(tool);
        String said = run(tool, one);
        if (!said.contains(":status: 200") || !said.contains("grpc-status: 0")) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
    }

    HttpLoad.Peak peak(Proxies.One one, int seconds) throws IOException {
        List<String> tool = new ArrayList<>(List.of(
                "taskset",
                "-c",
                "1",
                "h2load",
                "-t1",
                "-c" + CONNECTIONS,
                "-m" + CALLS_OF_A_CONNECTION,
                "-D" + seconds,
                "-d",
                request.toString()));
        headers(tool);
        double before = one.process().cpuOfThreads();
        String said = run(tool, one);
        double cpu = one.process().cpuOfThreads() - before;
        Matcher count = COUNT.matcher(said);
        Matcher rate = RATE.matcher(said);
        if (!count.find() || !rate.find()) {
            throw new IllegalStateException(one.name() + ": " + said);
        }
        boolean whole = count.group(1).equals(count.group(2));
        return new HttpLoad.Peak(
                cpu / Long.parseLong(count.group(1)), Double.parseDouble(rate.group(1)), whole ? "" : count.group());
    }

    private static void headers(List<String> tool) {
        for (String header : HEADERS) {
            tool.add("-H");
            tool.add(header);
        }
    }

    private static String run(List<String> tool, Proxies.One one) throws IOException {
        List<String> command = new ArrayList<>(tool);
        command.add(one.url() + "/" + Proxies.METHOD);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        Files.delete(request);
    }
}
