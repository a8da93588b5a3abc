package dev.weft.proxy.tls;

import dev.weft.client.identity.PemCertificates;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Has certificates read again when their files have changed, and are not just being written. */
public final class CertificateWatch implements AutoCloseable {
    private static final long LOOK_SECONDS = 5;

    private final PemCertificates certificates;
    private final List<Path> files;
    private final Consumer<String> info;
    private final Consumer<String> warn;
    private final ScheduledExecutorService thread;
    private List<String> read;
    private List<String> seen;

    /** @param files those of the certificates */
    public CertificateWatch(
            PemCertificates certificates, PemCertificates.Files files, Consumer<String> info, Consumer<String> warn) {
        this.certificates = certificates;
        this.files = Stream.of(files.key(), files.chain(), files.authorities())
                .filter(Objects::nonNull)
                .toList();
        this.info = info;
        this.warn = warn;
        this.seen = stamps();
        this.read = seen;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("weft-proxy-certificates", true));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with its thread
    public void begin() {
        thread.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** What has changed since the last time but one, and not since the last, is read. */
    synchronized void look() {
        List<String> before = seen;
        seen = stamps();
        if (seen.equals(read) || !seen.equals(before)) {
            return;
        }
        read = seen; // what can't be read is read again when it changes again
        List<String> failures = certificates.refresh();
        failures.forEach(failure -> warn.accept("tls: what was read before stays in use: " + failure));
        if (failures.isEmpty()) {
            info.accept("tls: the certificates are in use as they are now");
        }
    }

    private List<String> stamps() {
        return files.stream().map(CertificateWatch::stamp).toList();
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException absent) {
            return "";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
