package dev.weft.client;

import dev.weft.client.ads.Ending;
import dev.weft.client.ads.GrpcStream;
import dev.weft.client.ads.Step;
import dev.weft.client.identity.Identity;
import dev.weft.client.warm.ControlCore;
import dev.weft.engine.drive.Clock;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The stream to one of the servers of a list, and the way to the next one. Used on the queue but for what may block. */
final class Line {
    private final int number;
    private final Connector connector;
    private final Surroundings around;
    private final Listener listener;

    private @Nullable GrpcStream stream;
    private @Nullable GrpcStream probe;

    /** How the stream is being opened; null once it is open. */
    private Connector.@Nullable Way opening;

    /** Which attempt to connect is the current one; an older one's late result is dropped. */
    private int attempt;

    /** What all lines share. */
    record Surroundings(
            ControlCore core, Identity identity, Network network, Executor queue, Executor blocking, Clock clock) {}

    /** Who wants to know of a stream. */
    interface Listener {
        Listener NONE = new Listener() {
            @Override
            public void opened(byte[] node) {}

            @Override
            public void ended(String why) {}
        };

        void opened(byte[] node);

        void ended(String why);
    }

    /** @param number of the line, as the core counts them */
    Line(int number, Connector connector, Surroundings around, Listener listener) {
        this.number = number;
        this.connector = connector;
        this.around = around;
        this.listener = listener;
    }

    void perform(Step step) {
        if (step instanceof Step.Connect connect) {
            int current = ++attempt;
            around.blocking.execute(() -> connect(connect.server(), current));
        } else if (step instanceof Step.Send send && stream != null) {
            stream.send(send.request());
        } else if (step instanceof Step.Disconnect disconnect) {
            attempt++;
            listener.ended(disconnect.why());
            if (stream != null) {
                stream.abandon(disconnect.why());
                stream = null;
            }
            notOpened();
            endProbe();
        } else if (step instanceof Step.Probe) {
            int current = attempt;
            around.blocking.execute(() -> probe(current));
        }
    }

    /** Another stream over the same connection; null where there is none. */
    @Nullable
    GrpcStream beside(String method, GrpcStream.Events events) {
        return stream == null ? null : stream.beside(method, events);
    }

    /** Drops what is still on its way. */
    void close() {
        attempt++;
        endProbe();
    }

    private void open(Connector.Way way, int current) {
        if (current != attempt) {
            return;
        }
        around.core.servers(number, connector.count());
        tryAt(way, 0, current);
    }

    /** @param at which of its addresses; where nobody is, the next one is tried at once */
    private void tryAt(Connector.Way way, int at, int current) {
        var features = way.server().features();
        opening = way;
        stream = around.network.open(way.connections().get(at), new GrpcStream.Events() {
            @Override
            public void opened(String local) {
                opening = null;
                byte[] node = around.identity.node(local);
                around.core.opened(number, node, features, around.clock.nanos());
                listener.opened(node);
            }

            @Override
            public void message(byte[] message) {
                around.core.received(number, message, around.clock.nanos());
            }

            @Override
            public void closed(Ending ending, String why) {
                stream = null;
                if (notOpened() && at + 1 < way.connections().size() && current == attempt) {
                    tryAt(way, at + 1, current);
                    return;
                }
                listener.ended(why);
                endProbe();
                around.core.closed(number, ending, why, around.clock.nanos());
            }
        });
    }

    /** Whether nobody was there. */
    private boolean notOpened() {
        var way = opening;
        opening = null;
        if (way != null) {
            connector.failed(way);
        }
        return way != null;
    }

    private void endProbe() {
        if (probe != null) {
            probe.abandon("has told what it was for");
            probe = null;
        }
    }

    // ---- beside the queue ----------------------------------------------------------------------

    /** Finds the address, which may ask DNS, and goes on from there on the queue. */
    private void connect(int server, int current) {
        try {
            var way = connector.way(server);
            around.queue.execute(() -> open(way, current));
        } catch (IOException | RuntimeException e) {
            around.queue.execute(() -> {
                if (current == attempt) {
                    around.core.servers(number, connector.count());
                    around.core.closed(number, Ending.BROKEN, String.valueOf(e.getMessage()), around.clock.nanos());
                }
            });
        }
    }

    /** A stream on which nothing is sent: that it opens is the answer. */
    private void probe(int current) {
        try {
            var way = connector.way(0);
            around.queue.execute(() -> {
                if (current == attempt) {
                    endProbe();
                    probe = around.network.open(way.connections().get(0), new Probing());
                }
            });
        } catch (IOException | RuntimeException e) {
            around.queue.execute(() -> around.core.probed(number, false, around.clock.nanos()));
        }
    }

    private final class Probing implements GrpcStream.Events {
        @Override
        public void opened(String local) {
            endProbe();
            around.core.probed(number, true, around.clock.nanos());
        }

        @Override
        public void message(byte[] message) {}

        @Override
        public void closed(Ending ending, String why) {
            probe = null;
            around.core.probed(number, false, around.clock.nanos());
        }
    }
}
