package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.Leftovers;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import dev.weft.engine.drive.Timer;
import dev.weft.engine.route.Edits;
import dev.weft.engine.snapshot.HeaderEdits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.jspecify.annotations.Nullable;

/** One hop of HttpClient in the mesh, at whichever link of the chain it was taken over. */
final class Exchange implements BlockingExchange<CloseableHttpResponse> {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final Mesh mesh;
    private final Hop hop;
    private final Aims aims;
    private final Onward onward;
    private final Header[] headers;
    private volatile @Nullable Sending sending;

    Exchange(Mesh mesh, Hop hop, Aims aims, Onward onward) {
        this.mesh = mesh;
        this.hop = hop;
        this.aims = aims;
        this.onward = onward;
        this.headers = hop.request().getAllHeaders();
    }

    @Override
    public Request request() {
        return hop;
    }

    @Override
    public CloseableHttpResponse original() throws Throwable {
        return hop.original();
    }

    /** The chain adds its own headers to the hop's request, so each further attempt begins with the first ones. */
    @Override
    public CloseableHttpResponse send(Attempt attempt) throws Throwable {
        if (sending != null) {
            hop.request().setHeaders(headers);
        }
        Aim aim = aims.of(attempt, hop.route());
        var own = new Sending(attempt, hop, aim, new Stop(hop.application(), aim.tls() != null));
        sending = own;
        URI asked = hop.request().getURI();
        own.enter();
        try {
            return Objects.requireNonNull((CloseableHttpResponse) onward.go(own));
        } catch (InterruptedIOException aborted) {
            if (own.stop().withheld()) {
                throw new SSLException("the mesh requires TLS to " + hop.host()
                        + ", and this client's chain leaves no place for it: nothing was sent");
            }
            own.stop().clearInterrupt(aborted);
            throw aborted;
        } finally {
            own.restoreName(); // where no answer came
            own.leave();
            if (own.path() != null) {
                hop.request().setURI(asked); // what stands above resolves redirects against the logical path
            }
        }
    }

    @Override
    public Head head(CloseableHttpResponse answer) {
        return Head.http(answer.getStatusLine().getStatusCode(), name -> {
            Header first = answer.getFirstHeader(name);
            return first == null ? null : first.getValue();
        });
    }

    @Override
    public End failure(Throwable thrown) {
        return Failures.ofSending(thrown, sending);
    }

    @Override
    public void abort(Attempt attempt) {
        Sending open = sending;
        if (open != null && open.attempt() == attempt) {
            open.stop().stop();
        }
    }

    /** A short answer is read, but a slow peer must not hold up the next attempt. */
    @Override
    public void discard(CloseableHttpResponse answer) {
        Sending open = sending;
        if (open == null) {
            return;
        }
        Timer.Pending patience = mesh.later(PATIENCE, open.stop()::stop);
        boolean drained = drained(answer.getEntity());
        patience.cancel();
        if (!drained) {
            open.stop().stop();
        }
    }

    private static boolean drained(@Nullable HttpEntity body) {
        try {
            return body == null || !body.isStreaming() || Leftovers.drained(body.getContent(), body.getContentLength());
        } catch (IOException unreadable) {
            return false;
        }
    }

    @Override
    public CloseableHttpResponse with(CloseableHttpResponse answer, HeaderEdits edits) {
        Edits.apply(edits, new MessageHeaders(answer));
        return answer;
    }

    @Override
    public CloseableHttpResponse deliver(CloseableHttpResponse answer, Ending ending) {
        HttpEntity body = answer.getEntity();
        Sending open = sending;
        if (body == null || !body.isStreaming() || open == null) {
            ending.end(End.COMPLETE);
            return answer;
        }
        open.stop().delivered(ending);
        answer.setEntity(new EndingEntity(body, ending, open));
        return new Answer(answer, ending);
    }

    @Override
    public CloseableHttpResponse reply(Refusal refusal) throws Throwable {
        if (refusal.kind().failure()) {
            throw Failures.ofRefusal(refusal, hop.route().getTargetHost());
        }
        return LocalAnswer.of(refusal, hop.method());
    }
}
