package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.MeshSocket;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.drive.Refused;
import dev.weft.engine.snapshot.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens a connection to the endpoint of the attempt, where the library would look the logical name up; with
 * the mesh's TLS on it before anybody gets it, if the attempt asks for that. */
@Weave(type = "sun.net.NetworkClient", method = "doConnect", args = 2, opens = Opens.ALL)
public final class OpenHook implements Around {
    public OpenHook(Mesh mesh) {}

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        Sending sending = Sending.current();
        return sending != null && sending.attempt() != null && Clients.mark(self) != null;
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Sending sending = Objects.requireNonNull(Sending.current());
        Attempt attempt = Objects.requireNonNull(sending.attempt());
        URL url = Clients.url(self);
        Place place = sending.place(url);
        if (place == null) {
            throw new Refused(new ConnectException("a connection to " + url.getHost() + " is none of this attempt's"));
        }
        Clients.proxy(self, place.proxy());
        try {
            return open(self, sending, attempt, url.getHost());
        } catch (IOException failed) {
            sending.lost();
            throw new Refused(failed);
        }
    }

    private static Socket open(Object client, Sending sending, Attempt attempt, String host) throws IOException {
        InetSocketAddress endpoint = attempt.endpoint().address();
        // Whoever asks the socket for a name, a TLS library for one, shall hear the logical one.
        InetAddress named = InetAddress.getByAddress(host, endpoint.getAddress().getAddress());
        int limit = sending.connectLimit(Clients.connectTimeout(client));
        Socket socket = Clients.createSocket(client);
        try {
            sending.opening(client, socket);
            socket.connect(new InetSocketAddress(named, endpoint.getPort()), limit);
            if (Clients.readTimeout(client) >= 0) {
                socket.setSoTimeout(Clients.readTimeout(client));
            }
            return attempt.transport() instanceof Transport.Tls tls
                    ? MeshSocket.over(socket, tls, host, endpoint.getPort(), limit)
                    : socket;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }
}
