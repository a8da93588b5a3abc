package dev.weft.control.etcd;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Connections to members of etcd. */
final class Channels {
    /** Of a page of a list, each content of which is small or alone. */
    private static final int MAX_ANSWER_BYTES = 256 << 20;

    private final EtcdAddress address;
    private final Credentials credentials;

    Channels(EtcdAddress address, Credentials credentials) {
        this.address = address;
        this.credentials = credentials;
    }

    /** @throws IOException when a file can't be used, with a message for people */
    ManagedChannel open(EtcdAddress.Member member) throws IOException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(member.host(), member.port())
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(3, TimeUnit.SECONDS);
        return (address.isTls() ? builder.sslContext(tls()) : builder.usePlaintext()).build();
    }

    private SslContext tls() throws IOException {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient();
            if (credentials.authorities() != null) {
                builder.trustManager(credentials.authorities().toFile());
            }
            Path certificate = credentials.certificate();
            Path key = credentials.key();
            if (certificate != null && key != null) {
                builder.keyManager(certificate.toFile(), key.toFile());
            }
            return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
        } catch (IOException | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("the certificates for the store can't be used: " + cause.getMessage(), e);
        }
    }

    /** What the user shows; empty for none. */
    String password() throws IOException {
        Path file = credentials.password();
        return file == null ? "" : Files.readString(file).strip();
    }
}
