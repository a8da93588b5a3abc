package dev.weft.adapters.okhttp;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.Incoming;
import dev.weft.contract.Knobs;
import dev.weft.contract.Outgoing;
import java.io.IOException;
import java.net.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** OkHttp, called in one of its two styles. */
record OkHttp(boolean enqueued) implements ClientUnderTest {
    private static final List<Class<?>> BESIDE_CONNECTING = List.of(
            AddressHook.class,
            RouteHook.class,
            FailedRouteHook.class,
            ExchangeHook.class,
            HeadersHook.class,
            CancelHook.class,
            EnqueueHook.class,
            RunHook.class,
            RecoverHook.class,
            FollowUpHook.class);

    private static List<Class<?>> with(Class<?> connect) {
        var all = new ArrayList<Class<?>>(BESIDE_CONNECTING);
        all.add(connect);
        return all;
    }

    @Override
    public String name() {
        return "OkHttp (" + (enqueued ? "enqueued" : "blocking") + ")";
    }

    @Override
    public String version() {
        return System.getProperty("okhttp.version");
    }

    @Override
    public Set<Feature> lacks() {
        return enqueued ? Set.of() : Set.of(Feature.ASYNC);
    }

    @Override
    public List<Class<?>> adapters() {
        return with(ConnectHook.class);
    }

    @Override
    public List<Class<?>> adaptersFailingInDeliver() {
        return with(FailingConnectHook.class);
    }

    @Override
    public Client open(Knobs knobs) {
        var builder = new OkHttpClient.Builder()
                .readTimeout(1, TimeUnit.MINUTES)
                .followRedirects(knobs.redirects())
                .protocols(protocols(knobs));
        if (knobs.cookies()) {
            builder.cookieJar(new Jar());
        }
        if (knobs.proxy() != null) {
            builder.proxy(new Proxy(Proxy.Type.HTTP, knobs.proxy()));
        }
        if (knobs.tls() != null) {
            builder.sslSocketFactory(knobs.tls().getSocketFactory(), new Unasked());
        }
        var client = builder.build();
        client.dispatcher().setMaxRequests(2000);
        client.dispatcher().setMaxRequestsPerHost(2000);
        return new Opened(client, enqueued);
    }

    /** Lists that may be asked for null, as 4.0 does. In the clear HTTP/2 is spoken to whoever is known to. */
    private static List<Protocol> protocols(Knobs knobs) {
        if (!knobs.http2()) {
            return Arrays.asList(Protocol.HTTP_1_1);
        }
        return knobs.tls() == null
                ? Arrays.asList(Protocol.H2_PRIOR_KNOWLEDGE)
                : Arrays.asList(Protocol.HTTP_2, Protocol.HTTP_1_1);
    }

    static Request request(Outgoing outgoing) {
        var request = new Request.Builder().url(outgoing.url()).method(outgoing.method(), body(outgoing));
        outgoing.headers().forEach(request::addHeader);
        return request.build();
    }

    private static @org.jspecify.annotations.Nullable RequestBody body(Outgoing outgoing) {
        if (outgoing.body() instanceof Outgoing.Body.Text text) {
            return RequestBody.create(null, text.text());
        }
        return outgoing.body() instanceof Outgoing.Body.OneShot once ? new Once(once.stream()) : null;
    }

    private record Opened(OkHttpClient client, boolean enqueued) implements Client {
        @Override
        public Incoming send(Outgoing request) throws Exception {
            return enqueued ? start(request).await() : incoming(call(request).execute());
        }

        private Call call(Outgoing outgoing) {
            var own = outgoing.timeout() == null
                    ? client
                    : client.newBuilder().readTimeout(outgoing.timeout()).build();
            return own.newCall(request(outgoing));
        }

        @Override
        public Sending start(Outgoing request) {
            Call call = call(request);
            if (enqueued) {
                var answer = new Answer();
                call.enqueue(answer);
                return new Going(answer.came, call);
            }
            var task = new FutureTask<>(() -> incoming(call.execute()));
            var thread = new Thread(task, "caller");
            thread.setDaemon(true);
            thread.start();
            return new Going(task, call);
        }

        private static Incoming incoming(Response response) {
            return new Incoming(
                    response.code(), response::header, response.body().byteStream());
        }

        @Override
        public void close() {
            client.dispatcher().executorService().shutdown();
            client.connectionPool().evictAll();
        }
    }

    private static final class Answer implements Callback {
        final CompletableFuture<Incoming> came = new CompletableFuture<>();

        @Override
        public void onFailure(Call call, IOException failure) {
            came.completeExceptionally(failure);
        }

        @Override
        public void onResponse(Call call, Response response) {
            came.complete(Opened.incoming(response));
        }
    }

    private record Going(Future<Incoming> task, Call call) implements Sending {
        @Override
        public Incoming await() throws Exception {
            try {
                return task.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }

        @Override
        public void cancel() {
            call.cancel();
        }
    }
}
