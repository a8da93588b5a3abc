package dev.weft.adapters.urlconnection;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weft.contract.Papers;
import dev.weft.contract.Rig;
import dev.weft.contract.Rules;
import dev.weft.engine.snapshot.Endpoint;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** What becomes of a request that its peer does not take. */
final class UrlConnectionStuckTest {
    /** More than both kernels hold. */
    private static final byte[] LARGE = new byte[24_000_000];

    private final List<SSLSocket> taken = new CopyOnWriteArrayList<>();

    @Test
    void aTimeLimitEndsWhatIsWrittenOverTlsToAPeerThatReadsNothing() throws Exception {
        var mesh = new Transport.Tls(Papers.context(Papers.CLIENT, Papers.WORKLOAD), "", List.of());
        var papers = Papers.context(Papers.WORKLOAD, Papers.CLIENT);
        try (var rig = new Rig(new UrlConnectionClient());
                var mute =
                        papers.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var taker = new Thread(() -> take(mute), "taker");
            taker.setDaemon(true);
            taker.start();
            var endpoint = Endpoint.of(new InetSocketAddress(mute.getInetAddress(), mute.getLocalPort()));
            rig.publish(Rules.snapshot(Rules.of(endpoint).over(mesh).within(Duration.ofMillis(1500))));
            for (int i = 0; i < 2; i++) { // the second time the timer has survived the first
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20), () -> assertThrows(SocketTimeoutException.class, this::post));
            }
            rig.awaitFinished(2);
            rig.assertHealthy();
        }
    }

    private void take(ServerSocket listener) {
        try {
            while (true) {
                var socket = (SSLSocket) listener.accept();
                socket.startHandshake();
                taken.add(socket);
            }
        } catch (IOException over) {
            return; // the listener was closed: the test is over
        }
    }

    private void post() throws IOException {
        var connection = (HttpURLConnection) new URL("http://" + Rig.NAME + "/").openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.getOutputStream().write(LARGE);
        connection.getInputStream().close();
    }
}
