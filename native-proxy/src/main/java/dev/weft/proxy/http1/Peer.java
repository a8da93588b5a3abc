package dev.weft.proxy.http1;

import dev.weft.engine.adapt.Peers;
import dev.weft.proxy.listen.ClientAddress;
import dev.weft.proxy.listen.ProxyProtocolHandler;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Whoever has made a connection, as its requests tell of it: found out once, where anybody wants to know. */
public final class Peer {
    /** RFC 7239, section 6.2. */
    private static final String UNKNOWN = "unknown";

    private final Channel channel;
    private final boolean secure;
    private byte @Nullable [] address;
    private @Nullable Peers peers;

    public Peer(Channel channel) {
        this.channel = channel;
        this.secure = channel.pipeline().get(SslHandler.class) != null;
    }

    /** Whether it spoke TLS, which was ended here. */
    boolean secure() {
        return secure;
    }

    /**
     * Its address as {@code x-forwarded-for} has it, without a port.
     *
     * @param self what stands for clients of this host; empty for the address that they have
     */
    byte[] address(String self) {
        byte[] known = address;
        if (known == null) {
            String elsewhere = ClientAddress.of(channel);
            String here = self.isEmpty() ? own() : self;
            known = (elsewhere == null ? here : elsewhere).getBytes(StandardCharsets.US_ASCII);
            address = known;
        }
        return known;
    }

    /** Who it is and who we are to it, by the certificates that were shown when it connected. */
    public Peers peers() {
        Peers known = peers;
        if (known == null) {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            known = tls == null ? Peers.PLAINTEXT : shown(tls.engine().getSession());
            peers = known;
        }
        return known;
    }

    private static Peers shown(SSLSession session) {
        String self = SpiffeId.of(session.getLocalCertificates());
        try {
            return new Peers(Peers.Security.MUTUAL_TLS, SpiffeId.of(session.getPeerCertificates()), self);
        } catch (SSLPeerUnverifiedException none) { // it had to show none
            return new Peers(Peers.Security.NONE, "", self);
        }
    }

    private String own() {
        InetSocketAddress source = ProxyProtocolHandler.source(channel);
        return source == null ? UNKNOWN : NetUtil.toAddressString(source.getAddress());
    }
}
