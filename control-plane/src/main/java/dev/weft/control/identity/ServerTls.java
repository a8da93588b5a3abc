package dev.weft.control.identity;

import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the control plane's listeners, made anew when one of its files changes: connections that come
 * after that get the new certificates. Files that can't be read change nothing, and neither do such as are
 * being replaced: they count once they have been the same for a second.
 */
public final class ServerTls implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final TlsFiles files;
    private final SerialQueue disk;
    private final Log log;
    private final List<Path> watched;
    private List<String> read;
    private List<String> seen;
    private volatile Contexts contexts;
    private SerialQueue.@Nullable Timer next;

    /** One for each protocol: only HTTP/2 is negotiated for xDS, and nothing for the REST API; and what they show. */
    private record Contexts(SslContext xds, SslContext rest, List<String> names) {}

    /**
     * @param disk where files may be waited for
     * @throws IOException when there is nothing to begin with, with a message for people
     */
    public ServerTls(TlsFiles files, SerialQueue disk, Log log) throws IOException {
        this.files = files;
        this.disk = disk;
        this.log = log;
        this.watched = Stream.of(files.certificate(), files.key(), files.clientAuthorities())
                .filter(Objects::nonNull)
                .toList();
        this.seen = stamps();
        this.read = seen;
        this.contexts = contexts();
        disk.execute(this::lookLater);
    }

    /** For the xDS server. */
    public SslContext xds() {
        return new CurrentContext(() -> contexts.xds());
    }

    /** DNS names that the certificate is for, in lower case. */
    public List<String> names() {
        return contexts.names();
    }

    /** For the REST API. */
    public SslContext rest() {
        return new CurrentContext(() -> contexts.rest());
    }

    private void lookLater() {
        next = disk.after(LOOK, () -> {
            look();
            lookLater();
        });
    }

    private void look() {
        List<String> before = seen;
        seen = stamps();
        if (seen.equals(read) || !seen.equals(before)) {
            return;
        }
        read = seen; // what can't be read is read again when it changes again
        try {
            contexts = contexts();
            log.info("tls: " + files.certificate() + " is in use as it is now");
        } catch (IOException e) {
            log.warn("tls: what was read before stays in use: " + e.getMessage());
        }
    }

    private List<String> stamps() {
        return watched.stream().map(ServerTls::stamp).toList();
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException absent) {
            return "";
        }
    }

    private Contexts contexts() throws IOException {
        try {
            return new Contexts(
                    GrpcSslContexts.configure(asking(builder()), SslProvider.JDK)
                            .build(),
                    builder().sslProvider(SslProvider.JDK).build(),
                    shown());
        } catch (IOException | CertificateException | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "certificate " + files.certificate() + " with key " + files.key()
                            + (files.clientAuthorities() == null ? "" : " and " + files.clientAuthorities())
                            + " can't be used: " + cause.getMessage(),
                    e);
        }
    }

    private List<String> shown() throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(files.certificate())) {
            Certificate first = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return first instanceof X509Certificate own ? Shown.of(own).hosts() : List.of();
        }
    }

    private SslContextBuilder builder() {
        return SslContextBuilder.forServer(
                files.certificate().toFile(), files.key().toFile());
    }

    /** Agents show who they are; whoever changes something over the REST API has a token. */
    private SslContextBuilder asking(SslContextBuilder builder) {
        Path authorities = files.clientAuthorities();
        return authorities == null
                ? builder
                : builder.trustManager(authorities.toFile())
                        .clientAuth(files.isClientRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }

    @Override
    public void close() {
        disk.execute(() -> {
            if (next != null) {
                next.cancel();
            }
        });
    }
}
