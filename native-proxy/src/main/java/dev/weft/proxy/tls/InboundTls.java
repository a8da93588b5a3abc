package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import dev.weft.client.resource.CertificateSource;
import dev.weft.telemetry.MetricWriter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/** TLS that ends at the inbound listener. */
@SuppressWarnings("FutureReturnValueIgnored") // closing
public final class InboundTls {
    /** The instance that rules name too. */
    public static final String INSTANCE = "default";

    private static final long MILLI = 1_000_000;

    private final SSLContext context;
    private final boolean mutual;
    private final List<String> protocols;
    private final boolean tunnels;
    private final long handshakeMillis;
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * @param mutual whether clients have to show a certificate that the authorities vouch for
     * @param protocols that are offered to clients, by preference (ALPN); empty for none
     * @param tunnels whether what is inside may be no HTTP
     * @param handshakeNanos for a handshake
     * @throws IOException when the certificates can't be used
     */
    public InboundTls(
            PemCertificates certificates, boolean mutual, List<String> protocols, boolean tunnels, long handshakeNanos)
            throws IOException {
        this.mutual = mutual;
        this.protocols = List.copyOf(protocols);
        this.tunnels = tunnels;
        this.handshakeMillis = Math.max(1, handshakeNanos / MILLI);
        try {
            this.context = mutual ? certificates.server(INSTANCE, INSTANCE) : certificates.server(INSTANCE);
        } catch (CertificateSource.Unavailable e) {
            throw new IOException("inbound.tls: " + e.getMessage(), e);
        }
    }

    /**
     * Ends the TLS of a connection.
     *
     * @param secured adds handlers to its pipeline, which see its bytes in the clear; called once the client has shown
     *     what it has to
     */
    public void end(Channel channel, Runnable secured) {
        SslHandler handler = TlsEngines.server(context, channel.alloc(), mutual, protocols, tunnels);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        channel.pipeline().addLast(handler, new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof SslHandshakeCompletionEvent over) {
                    (over.isSuccess() ? done : failed).increment();
                    if (over.isSuccess()) {
                        secured.run();
                        context.pipeline().remove(this);
                    }
                } else {
                    context.fireUserEventTriggered(event);
                }
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
                context.close();
            }
        });
    }

    /** Writes all numbers. */
    public void write(MetricWriter out) {
        out.single(
                "weft_tls_handshakes_total",
                MetricWriter.Type.COUNTER,
                "TLS that clients of the inbound listener have begun.",
                done.sum());
        out.single(
                "weft_tls_handshakes_failed_total",
                MetricWriter.Type.COUNTER,
                "Clients of the inbound listener with whom TLS came to nothing.",
                failed.sum());
    }
}
