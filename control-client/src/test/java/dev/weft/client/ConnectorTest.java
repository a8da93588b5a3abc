package dev.weft.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.client.bootstrap.Server;
import dev.weft.client.bootstrap.Servers;
import dev.weft.client.bootstrap.Target;
import dev.weft.client.report.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a control plane is looked for. */
final class ConnectorTest {
    private static final Log SILENT = new Log() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    };

    private List<String> addresses = List.of("10.0.0.1", "10.0.0.2", "10.0.0.3");

    private final Connector connector = new Connector(
            Servers.of(
                    Server.plaintext(new Target.Tcp("control.example", 15010)),
                    Server.plaintext(new Target.Tcp("other.example", 15010))),
            SILENT,
            host -> {
                List<InetAddress> all = new ArrayList<>();
                for (String address : addresses) {
                    all.add(InetAddress.getByName(address));
                }
                return all.toArray(new InetAddress[0]);
            });

    private List<String> where(int server) throws IOException {
        return connector.way(server).connections().stream()
                .map(connection ->
                        ((InetSocketAddress) connection.address()).getAddress().getHostAddress())
                .toList();
    }

    @Test
    void ofSeveralAddressesTheOneAfterThatWhereNobodyWasComesFirst() throws IOException {
        assertEquals(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), where(0));
        connector.failed(connector.way(0));
        assertEquals(List.of("10.0.0.2", "10.0.0.3", "10.0.0.1"), where(0));
        assertEquals(List.of("10.0.0.2", "10.0.0.3", "10.0.0.1"), where(0), "who was reached is reached there again");
        assertEquals(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), where(1), "another server's failures are its own");
        connector.failed(connector.way(0));
        connector.failed(connector.way(0));
        assertEquals(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), where(0), "nobody is anywhere");
        addresses = List.of("10.0.0.9");
        assertEquals(List.of("10.0.0.9"), where(0));
    }
}
