package dev.weft.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that sends so many requests a second, evenly, whatever becomes of those before, over connections that are kept.
 * A request is due at its time: if no connection is free then it waits for one, and that is part of how long its answer
 * takes. Load generators that count from when a request is sent leave out just those that came at a bad moment
 * ("coordinated omission"); h2load's {@code --rps} is one of them, and it looks for what is due every 10 ms only.
 *
 * <p>Sleeps between two looks, because the server has the same CPU: what is counted is up to some 0.2 ms too much, for
 * everybody alike.
 */
final class PacedLoad {
    private static final double SECOND = 1e9;
    private static final double MICROS = 1000;

    /** For its own code to be compiled; nothing is counted then. */
    private static final double BEFORE_SECONDS = 2;

    private static final long LOOK_NANOS = 50_000;
    /** Behind the time of the last request, for the last answers. */
    private static final long LONGEST_NANOS = 10_000_000_000L;

    private static final int ROOM = 16 * 1024;
    private static final String OK = "HTTP/1.1 200";
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    private final ByteBuffer request;
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final Selector selector = Selector.open();
    private final long[] took;
    private final long start;
    private final double interval;
    private final int before;
    private int sent;
    private int answered;

    /** @param took nanoseconds of each answer, for whoever made this */
    private PacedLoad(ByteBuffer request, double perSecond, double seconds) throws IOException {
        this.request = request;
        this.interval = SECOND / perSecond;
        this.before = (int) (BEFORE_SECONDS * perSecond);
        this.took = new long[before + (int) (seconds * perSecond)];
        this.start = System.nanoTime();
    }

    /** Arguments: port, path, requests a second, seconds, connections. Prints the 99th percentile in microseconds. */
    public static void main(String[] args) throws IOException {
        String head = "GET /" + args[1] + " HTTP/1.1\r\nHost: " + HttpLoad.HOST + "\r\n"
                + String.join("\r\n", HttpLoad.HEADERS) + "\r\n\r\n";
        ByteBuffer request = ByteBuffer.allocateDirect(head.length());
        request.put(head.getBytes(StandardCharsets.US_ASCII)).flip();
        PacedLoad load = new PacedLoad(request, Double.parseDouble(args[2]), Double.parseDouble(args[3]));
        load.connect(Integer.parseInt(args[0]), Integer.parseInt(args[4]));
        System.out.printf(Locale.ROOT, "p99 %.1f us%n", load.run() / MICROS);
    }

    private void connect(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            free.add(connection);
        }
    }

    /** Sends all, and waits for all of the answers. */
    private double run() throws IOException {
        while (answered < took.length) {
            long now = System.nanoTime();
            while (sent < took.length && due(sent) <= now && !free.isEmpty()) {
                free.removeFirst().send(sent++);
            }
            if (selector.selectNow(key -> ((Connection) key.attachment()).read()) == 0) {
                if (now > due(took.length) + LONGEST_NANOS) {
                    throw new IllegalStateException("answers are missing: " + (took.length - answered));
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        long[] counted = Arrays.copyOfRange(took, before, took.length);
        Arrays.sort(counted);
        return counted[(int) (counted.length * 0.99)];
    }

    private long due(int number) {
        return start + (long) (number * interval);
    }

    /** One request at a time. */
    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocateDirect(ROOM);
        private final ByteBuffer out = request.duplicate();
        private int number;
        private int whole;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(int which) throws IOException {
            number = which;
            out.rewind();
            if (channel.write(out) < out.limit()) {
                throw new IOException("a request doesn't fit into an empty socket");
            }
        }

        void read() {
            try {
                if (channel.read(in) < 0) {
                    throw new EOFException("closed after " + answered + " answers");
                }
                if (whole == 0) {
                    whole = octets();
                }
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
            if (whole > 0 && in.position() >= whole) {
                took[number] = System.nanoTime() - due(number);
                answered++;
                in.clear();
                whole = 0;
                free.addLast(this);
            }
        }

        /** Of the answer, with its head; 0 while that isn't whole. */
        private int octets() throws IOException {
            int end = in.position() - HEAD_END.length;
            for (int at = 0; at <= end; at++) {
                if (in.get(at) == '\r'
                        && in.get(at + 1) == HEAD_END[1]
                        && in.get(at + 2) == HEAD_END[2]
                        && in.get(at + 3) == HEAD_END[3]) {
                    return at + HEAD_END.length + length(at + 2);
                }
            }
            return 0;
        }

        private int length(int headEnd) throws IOException {
            byte[] head = new byte[headEnd];
            in.duplicate().flip().get(head);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            Matcher length = LENGTH.matcher(text);
            if (!text.startsWith(OK) || !length.find()) {
                throw new IOException(text);
            }
            return Integer.parseInt(length.group(1));
        }
    }
}
