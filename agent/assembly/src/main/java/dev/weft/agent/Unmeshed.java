package dev.weft.agent;

import dev.weft.agent.weave.FirstLook;
import java.util.List;

/**
 * Clients and servers that are known and that no adapter takes into the mesh. A client is told of by a class that is
 * loaded when one is made; a server by such a class and a thread of its.
 *
 * <p>Both are tables in a text each: a string that is the name of a class of a library that the agent brings along too
 * would be taken for the agent's own copy of it, when the agent is packed.
 */
final class Unmeshed {
    /** Class, then what it is called. */
    private static final String CLIENTS = """
            org.apache.http.impl.client.AbstractHttpClient: DefaultHttpClient of Apache HttpClient 4
            org.apache.http.impl.nio.client.CloseableHttpAsyncClientBase: Apache HttpAsyncClient 4
            org.apache.hc.client5.http.impl.async.AbstractHttpAsyncClientBase: the asynchronous client of Apache HttpClient 5
            org.apache.commons.httpclient.HttpClient: Apache HttpClient 3
            reactor.netty.http.client.HttpClientConnect: the client of Reactor Netty
            org.eclipse.jetty.client.HttpClient: the client of Jetty
            io.vertx.core.http.impl.HttpClientImpl: the client of Vert.x
            org.asynchttpclient.DefaultAsyncHttpClient: AsyncHttpClient
            io.grpc.internal.ManagedChannelImpl: the client of gRPC
            org.apache.dubbo.rpc.protocol.AbstractInvoker: Dubbo
            """;

    /** Class, class in which a thread of its is, then what it is called. */
    private static final String SERVERS = """
            org.eclipse.jetty.server.ServerConnector: org.eclipse.jetty.util.thread.QueuedThreadPool: Jetty
            io.undertow.server.protocol.http.HttpOpenListener: org.xnio.nio.WorkerThread: Undertow
            io.netty.bootstrap.ServerBootstrap$ServerBootstrapAcceptor: io.netty.util.concurrent.SingleThreadEventExecutor: Netty
            sun.net.httpserver.ServerImpl: sun.net.httpserver.ServerImpl$Dispatcher: the JDK's HttpServer
            """;

    private Unmeshed() {}

    static void tell(FirstLook look) {
        for (String line : CLIENTS.lines().toList()) {
            List<String> client = List.of(line.split(": "));
            if (look.loaded(client.get(0))) {
                look.say(client.get(1) + " is loaded: its calls are not in the mesh");
            }
        }
        for (String line : SERVERS.lines().toList()) {
            List<String> server = List.of(line.split(": "));
            if (look.loaded(server.get(0)) && look.running(server.get(1))) {
                look.say(server.get(2) + " serves: outside the mesh, unless ./weft register makes it known");
            }
        }
    }
}
