package dev.weft.proxy;

import static dev.weft.proxy.tcp.Meshed.cluster;
import static dev.weft.proxy.tcp.Meshed.opaque;
import static dev.weft.proxy.tcp.Meshed.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.client.report.Log;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.snapshot.Limits;
import dev.weft.engine.snapshot.Transport;
import dev.weft.proxy.listen.Names;
import dev.weft.proxy.tcp.Meshed;
import dev.weft.proxy.tcp.TcpProxy;
import dev.weft.proxy.tcp.Tunnels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where connections to a name go while the mesh is paused, over real sockets. */
class BypassTest {
    private static final int USUAL = 5432;

    private final Meshed mesh = new Meshed();
    private final List<String> warned = new CopyOnWriteArrayList<>();
    private final Tunnels tunnels = new Tunnels(5_000_000_000L, Meshed.HOUR, System::nanoTime);
    private final AtomicInteger accepted = new AtomicInteger();
    private Names names = new Names();
    private Backend meshed;
    private Backend plain;

    private final Log log = new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {
            warned.add(message);
        }
    };

    @BeforeEach
    void start() throws IOException {
        meshed = new Backend(echoing("mesh:"));
        plain = new Backend(echoing("without:"));
        mesh.publish(
                List.of(opaque("localhost", to("db")), opaque("db.invalid", to("db"))),
                cluster("db", meshed.address()));
    }

    @AfterEach
    void end() throws IOException {
        mesh.close();
        names.close();
        meshed.close();
        plain.close();
        assertEquals(List.of(), mesh.bugs());
    }

    private static Backend.Play echoing(String word) {
        return with -> {
            for (int octet = with.read(); octet >= 0; octet = with.read()) {
                with.say(word + (char) octet);
            }
        };
    }

    /** A listener for one service. */
    private InetSocketAddress listen(String service, int port) throws IOException {
        TcpProxy proxy = mesh.proxy(Outside.NONE);
        Bypass bypass = new Bypass(mesh.engine, names, tunnels, to -> to.getPort() == USUAL, log);
        return mesh.listen(client -> {
            accepted.incrementAndGet();
            proxy.lead(client, service, port, false, bypass.to(service, port));
        });
    }

    private static String said(InetSocketAddress listener) throws IOException {
        try (Client client = new Client(listener)) {
            client.send("x").finishSending(); // all that there is comes before anybody is connected
            return client.rest();
        } catch (SocketException early) {
            return "<reset>"; // before it could say anything
        }
    }

    @Test
    void aListenerForAServiceLeadsToWhatDnsSaysOfItsName() throws Exception {
        InetSocketAddress listener = listen("localhost", plain.address().getPort());
        assertEquals("mesh:x", said(listener));
        mesh.engine.pause(true);
        assertEquals("without:x", said(listener));
        mesh.engine.pause(false);
        assertEquals("mesh:x", said(listener));
        assertEquals(List.of(), warned);
    }

    @Test
    void aConnectionThatIsOpenGoesOn() throws Exception {
        try (Client client = new Client(listen("localhost", plain.address().getPort()))) {
            assertEquals("mesh:a", client.send("a").read(6));
            mesh.engine.pause(true);
            assertEquals("mesh:b", client.send("b").read(6));
        }
    }

    @Test
    void whatTheMeshAloneKnowsIsReset() throws Exception {
        mesh.engine.pause(true);
        assertEquals("<reset>", said(listen("db.invalid", USUAL)));
        assertTrue(
                warned.get(0).contains("db.invalid:5432 is reset: without the mesh there is no such place"),
                warned::toString);
        names.close();
        names = new Names(InetAddress::isLoopbackAddress);
        assertEquals("<reset>", said(listen("localhost", plain.address().getPort())));
        assertEquals(0, plain.connections(), "an address that the mesh alone knows is none");
    }

    @Test
    void nothingGoesInACircle() throws Exception {
        mesh.engine.pause(true);
        assertEquals("<reset>", said(listen("localhost", USUAL)));
        assertTrue(warned.get(0).contains("is this proxy itself"), warned::toString);

        accepted.set(0);
        int[] port = new int[1];
        TcpProxy proxy = mesh.proxy(Outside.NONE);
        Bypass bypass = new Bypass(mesh.engine, names, tunnels, to -> false, log);
        InetSocketAddress itself = mesh.listen(client -> {
            accepted.incrementAndGet();
            proxy.lead(client, "localhost", port[0], false, bypass.to("localhost", port[0]));
        });
        port[0] = itself.getPort();
        assertEquals("<reset>", said(itself));
        assertEquals(2, accepted.get(), "it has come back once");
    }

    @Test
    void whatMustBeSecuredIsReset() throws Exception {
        Transport missing = new Transport.Unavailable("there is no certificate");
        mesh.publish(
                List.of(opaque("localhost", to("db"))), cluster("db", missing, null, Limits.NONE, meshed.address()));
        mesh.engine.pause(true);
        assertEquals("<reset>", said(listen("localhost", plain.address().getPort())));
        assertEquals(0, plain.connections());
    }
}
