package sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All of the clients, one after the other, as in an application that has grown. */
final class EveryClient implements Client {
    private final List<Client> clients;
    private final AtomicInteger calls = new AtomicInteger();

    EveryClient(@Nullable InetSocketAddress proxy) {
        clients = List.of(
                new JdkClient(proxy, false),
                new JdkClient(proxy, true),
                new Apache4Client(proxy),
                new ApacheClient(proxy),
                new UrlConnectionClient(proxy),
                new OkClient(proxy, false),
                new OkClient(proxy, true));
    }

    @Override
    public Answer send(Question question) throws Exception {
        return clients.get(Math.floorMod(calls.getAndIncrement(), clients.size()))
                .send(question);
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
    }
}
