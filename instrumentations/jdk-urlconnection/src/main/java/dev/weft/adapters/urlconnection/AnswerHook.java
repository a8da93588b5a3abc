package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Original;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Refused;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the one method through which every way to an answer leads (status, headers, streams).
 * The first that asks makes the call; the connection object keeps what came of it.
 */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "getInputStream", args = 0, opens = Opens.ALL)
public class AnswerHook implements Around, Latecomer {
    private final Mesh mesh;

    /** Fails, and so is never woven in, where the JDK lacks what the adapter reads of it. */
    public AnswerHook(Mesh mesh) {
        Connections.initialise();
        Clients.initialise();
        this.mesh = mesh;
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        String of = "java.net.HttpURLConnection";
        arrival.threads(of, "call under way", "calls under way", "sun.net.www.protocol.http.HttpURLConnection");
        arrival.count(of, Pool.others(), "idle connection, left to expire", "idle connections, left to expire");
        if (arrival.loaded("sun.net.www.protocol.http.HttpURLConnection$HttpInputStream")) {
            arrival.unseen(of, "answers that nobody was reading");
        }
    }

    @Override
    public boolean wants(Object self, @Nullable Object[] args) {
        return Connections.fresh(self)
                && (UrlRequest.routed(mesh, ((HttpURLConnection) self).getURL()) || Commit.of(self) != null);
    }

    @Override
    public @Nullable Object around(Object self, @Nullable Object[] args, Original original) throws Throwable {
        Body.ABANDONED.collect();
        var connection = (HttpURLConnection) self;
        for (int hops = 0; hops <= Connections.MAX_REDIRECTS; hops++) {
            Call begun = Call.of(connection);
            // Begun, but not committed: another thread is at it, and the library will let this one wait.
            if (begun == null ? !ours(connection) : begun.committed() == null) {
                return original.call(connection);
            }
            Answer answer = begun == null ? answer(new Call(connection), original) : rest(begun, original);
            if (!answer.onward()) {
                return answer.hand();
            }
            Connections.forget(connection); // the library remembers what led out of it
        }
        var tooMany = new ProtocolException("Server redirected too many times (" + Connections.MAX_REDIRECTS + ")");
        Connections.remember(connection, tooMany);
        throw new Refused(tooMany);
    }

    private boolean ours(HttpURLConnection connection) {
        return UrlRequest.routed(mesh, connection.getURL()) && !Proxies.chosen(connection);
    }

    private Answer answer(Call call, Original original) {
        try {
            return run(mesh, new Exchange(call, original));
        } catch (Throwable thrown) {
            throw failed(call, thrown);
        } finally {
            call.over();
        }
    }

    private static Answer rest(Call begun, Original original) {
        try {
            return Commit.answer(begun, original);
        } catch (Throwable thrown) {
            throw failed(begun, thrown);
        } finally {
            begun.over();
        }
    }

    /** What fails to connect did not come out of the woven method; the site would take it for our bug. */
    private static RuntimeException failed(Call call, Throwable thrown) {
        if (thrown instanceof VirtualMachineError) {
            throw Members.same(thrown);
        }
        Throwable theirs = thrown instanceof Refused ? thrown.getCause() : thrown;
        Connections.remember(call.connection(), theirs);
        return thrown instanceof Refused refused ? refused : new Refused(thrown);
    }

    Answer run(Mesh through, BlockingExchange<Answer> exchange) throws Throwable {
        return through.blocking().run(exchange);
    }
}
