package dev.weft.control.serve;

import dev.weft.control.identity.Shown;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Makes the address of the other end, and who it has shown itself to be, known to whoever handles a call. */
final class Peer implements ServerInterceptor {
    private static final Context.Key<String> ADDRESS = Context.key("weft-peer");
    private static final Context.Key<Shown> SHOWN = Context.key("weft-shown");

    /** {@code address:port} of the client whose call this thread handles. */
    static String current() {
        String address = ADDRESS.get();
        return address == null ? "" : address;
    }

    /** The certificate of the client whose call this thread handles. */
    static Shown shown() {
        Shown shown = SHOWN.get();
        return shown == null ? Shown.NOTHING : shown;
    }

    private static Shown shown(@Nullable SSLSession session) {
        try {
            return session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Shown.of(certificate)
                    : Shown.NOTHING;
        } catch (SSLPeerUnverifiedException e) {
            return Shown.NOTHING; // it was asked for one, and may come without
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        String address = remote instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : String.valueOf(remote);
        Shown shown = shown(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        return Contexts.interceptCall(
                Context.current().withValues(ADDRESS, address, SHOWN, shown), call, headers, next);
    }
}
