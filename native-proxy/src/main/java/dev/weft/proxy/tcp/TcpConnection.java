package dev.weft.proxy.tcp;

import dev.weft.engine.Flight;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.LoopCall;
import dev.weft.engine.drive.LoopExchange;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.proxy.listen.Alarm;
import dev.weft.proxy.listen.ClientAddress;
import dev.weft.telemetry.TcpMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to a service of the mesh. To the engine it is a call whose answer begins when an endpoint is
 * connected, until when another one may be tried; nothing is read of the client before.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails closes its channel, and that is seen
final class TcpConnection implements LoopExchange, Request, TunnelEnd.Watch {
    private static final Head CONNECTED = new Head(0, Outcome.SUCCESS, Headers.NONE);

    private final TcpProxy proxy;
    private final String host;
    private final int port;
    private final boolean tls;
    private final Consumer<Channel> outside;
    private final TunnelEnd near;
    private final LoopCall call;
    private final Alarm wake;
    private final List<Upstream> open = new ArrayList<>(1);
    private @Nullable Upstream joined;
    private TcpMetrics.@Nullable Connections counted;
    /** Of the two ends of a tunnel. */
    private int closed;

    private @Nullable IdleLimit idle;
    private boolean over;

    TcpConnection(TcpProxy proxy, Channel client, String host, int port, boolean tls, Consumer<Channel> outside) {
        this.proxy = proxy;
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.outside = outside;
        this.near = new TunnelEnd(client, this);
        this.call = proxy.driver.calls(this);
        this.wake = new Alarm(client.eventLoop(), proxy.clock, call::wake);
    }

    void begin() {
        proxy.traffic.begun.increment();
        Channel client = near.channel();
        client.config().setAutoRead(false);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        client.pipeline().addLast(near);
        call.start();
    }

    /** One attempt to reach an endpoint. */
    final class Upstream {
        private final Attempt attempt;
        private @Nullable Channel channel;
        private @Nullable SslHandler secured;

        Upstream(Attempt attempt) {
            this.attempt = attempt;
        }

        void made(Channel server, @Nullable SslHandler handler) {
            channel = server;
            secured = handler;
        }

        void connected(Future<?> done) {
            if (done.isSuccess() && secured != null) {
                secured.handshakeFuture().addListener(this::ready);
            } else {
                ready(done);
            }
        }

        private void ready(Future<?> done) {
            if (!open.contains(this)) {
                close(); // nobody wants it any more
            } else if (done.isSuccess()) {
                call.head(attempt, CONNECTED);
            } else {
                open.remove(this);
                close();
                call.end(attempt, End.failed(Outcome.CONNECT_FAILURE, done.cause()));
            }
        }

        private void close() {
            if (channel != null) {
                channel.close();
            }
        }
    }

    private @Nullable Upstream of(Attempt attempt) {
        for (Upstream one : open) {
            if (one.attempt == attempt) {
                return one;
            }
        }
        return null;
    }

    // ---- what the engine asks

    @Override
    public Request request() {
        return this;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    /** The client's own TLS is left as it is. */
    @Override
    public boolean secure() {
        return tls;
    }

    @Override
    public String method() {
        return "";
    }

    @Override
    public String path() {
        return "";
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public @Nullable String source() {
        return ClientAddress.of(near.channel());
    }

    @Override
    public boolean opaque() {
        return true;
    }

    /** It was made to the mesh: until that is paused, nobody else says where it goes. */
    @Override
    public boolean passable() {
        return proxy.engine.paused();
    }

    /** Nothing is sent before it is connected. */
    @Override
    public boolean replayable() {
        return true;
    }

    // ---- what the engine wants

    @Override
    public void send(Attempt attempt) {
        Upstream up = new Upstream(attempt);
        open.add(up);
        proxy.connect(near.channel(), attempt.endpoint().address(), attempt.connectTimeout(), attempt.transport(), up);
    }

    @Override
    public void deliver(Attempt attempt, HeaderEdits none) {
        Upstream up = of(attempt);
        Channel server = up == null ? null : up.channel;
        if (up == null || server == null) {
            proxy.traffic.failed.increment();
            end();
            return;
        }
        joined = up;
        counted = proxy.metrics.called((Flight) attempt);
        counted.opened();
        TunnelEnd far = new TunnelEnd(server, this);
        near.join(far);
        far.join(near);
        server.pipeline().addLast(far);
        if (up.secured != null) {
            server.pipeline().remove(TcpProxy.UNJOINED);
        }
        IdleLimit limit = new IdleLimit(server.eventLoop(), proxy.clock, proxy.idleNanos(host, port), this::idle);
        idle = limit;
        limit.begin();
        near.open();
        far.open();
    }

    @Override
    public void reply(Refusal refusal) {
        proxy.traffic.refused.increment();
        end();
    }

    @Override
    public void original() {
        over();
        outside.accept(near.channel());
        near.channel().pipeline().remove(near);
    }

    /** Copies of what nobody answers would be of no use. */
    @Override
    public void shadow(Attempt attempt, Ending ending) {
        ending.end(End.CANCELLED);
    }

    @Override
    public void abort(Attempt attempt) {
        Upstream up = of(attempt);
        if (up != null) {
            open.remove(up);
            up.close();
        }
    }

    @Override
    public @Nullable Attempt broken(Throwable bug) {
        if (joined != null) {
            return joined.attempt;
        }
        end();
        return null;
    }

    @Override
    public void wakeAt(long at) {
        wake.at(at);
    }

    @Override
    public void execute(Runnable task) {
        near.channel().eventLoop().execute(task);
    }

    // ---- what becomes of the bytes

    @Override
    public void moved(TunnelEnd from, int octets) {
        if (idle != null) {
            idle.moved();
        }
        TcpMetrics.Connections alike = counted;
        if (from == near) {
            proxy.traffic.received.add(octets);
        } else {
            proxy.traffic.sent.add(octets);
        }
        if (alike != null && from == near) {
            alike.received(octets);
        } else if (alike != null) {
            alike.sent(octets);
        }
    }

    @Override
    public void closed(TunnelEnd end) {
        Upstream with = joined;
        if (with == null) {
            if (!over) {
                over();
                call.cancel();
            }
        } else if (++closed == 2) {
            open.remove(with);
            over();
            // That it was connected is what is known of the endpoint: who has closed, and how, says nothing.
            call.end(with.attempt, End.COMPLETE);
        }
    }

    private void idle() {
        proxy.traffic.idle.increment();
        near.reset();
        if (joined != null) {
            joined.close();
        }
    }

    /** The client gets nothing, and sees that something went wrong. */
    private void end() {
        over();
        near.reset();
    }

    private void over() {
        if (!over) {
            over = true;
            proxy.traffic.over.increment();
            if (counted != null) {
                counted.closed();
            }
            wake.stop();
            if (idle != null) {
                idle.stop();
            }
        }
    }
}
