package dev.weft.proxy.http2;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Outcome;
import dev.weft.proxy.http1.HeadLimits;
import dev.weft.proxy.http1.Streams;
import dev.weft.proxy.http1.Target;
import dev.weft.proxy.http1.Upstream;
import dev.weft.proxy.http1.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The connections to endpoints of one event loop: as many to each as its streams need. Nobody else sees them. */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled ends with the loop
final class ClientConnections implements Streams {
    private static final long SWEEP_SECONDS = 15;

    private final Worker worker;
    private final Http2Limits limits;
    private final Map<Target, List<ClientConnection>> open = new HashMap<>();

    ClientConnections(Worker worker, Http2Limits limits) {
        this.worker = worker;
        this.limits = limits;
        worker.loop.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Upstream stream(Target target, HeadLimits head) {
        return new ClientStream(worker, this, target, head);
    }

    /** Puts a stream on a connection that has room, or on a new one. */
    void place(ClientStream stream, HeadLimits head, long connectNanos) {
        List<ClientConnection> connections = open.computeIfAbsent(stream.target(), made -> new ArrayList<>(1));
        for (int i = 0; i < connections.size(); i++) {
            if (connections.get(i).room()) {
                connections.get(i).open(stream);
                return;
            }
        }
        if (connections.size() >= limits.connections()) {
            String why = "its " + connections.size() + " connections have as many streams as it allows";
            stream.fail(End.failed(Outcome.UNSENT, new IOException(why)));
            return;
        }
        worker.traffic.connects.increment();
        ClientConnection fresh = new ClientConnection(worker, this, stream.target(), limits, head);
        connections.add(fresh);
        fresh.open(stream);
        fresh.connect(connectNanos);
    }

    /** It takes no more streams. */
    void remove(ClientConnection connection) {
        List<ClientConnection> connections = open.get(connection.target());
        if (connections != null) {
            connections.remove(connection);
            if (connections.isEmpty()) {
                open.remove(connection.target());
            }
        }
    }

    private void sweep() {
        for (List<ClientConnection> connections : List.copyOf(open.values())) {
            for (ClientConnection connection : List.copyOf(connections)) {
                connection.sweep();
            }
        }
    }
}
