package dev.weft.adapters.okhttp;

import dev.weft.engine.adapt.Abandoned;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** The body of a delivered answer, which says when it was read, closed or broke. */
final class EndingBody extends ResponseBody {
    static final Abandoned ABANDONED = new Abandoned();

    private final ResponseBody body;
    private final BufferedSource source;

    EndingBody(Response answer, ResponseBody body, Ending ending, Sending sending) {
        this.body = body;
        this.source = Okio.buffer(
                ending.heedsTrailers() && (body.contentLength() < 0 || answer.protocol() != Protocol.HTTP_1_1)
                        ? new WithTrailers(answer, body.source(), ending, sending)
                        : new Watched(body.source(), ending, sending, body.contentLength()));
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public BufferedSource source() {
        return source;
    }

    private static sealed class Watched extends ForwardingSource permits WithTrailers {
        private final Ending ending;
        private final Sending sending;
        private final Abandoned.Watch watch;
        /** Bytes that are still to come; negative where nobody has said how many. */
        private long left;

        Watched(BufferedSource body, Ending ending, Sending sending, long length) {
            super(body);
            this.ending = ending;
            this.sending = sending;
            this.left = length;
            this.watch = ABANDONED.watch(this, ending);
        }

        @Override
        public long read(Buffer into, long count) throws IOException {
            ending.waits();
            long read;
            try {
                read = super.read(into, count);
            } catch (IOException broken) {
                end(Failures.ofBody(broken, sending));
                throw broken;
            } finally {
                ending.rests();
            }
            // With its last byte the library gives the connection to the next call, whoever reads on or closes.
            boolean last = read > 0 && left == read;
            left -= Math.max(0, read);
            if (read < 0 || last) {
                end(whole());
            }
            return read;
        }

        /** It has been read to its end. */
        End whole() {
            return End.COMPLETE;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                end(End.COMPLETE);
            }
        }

        private void end(End how) {
            watch.over();
            ending.end(how);
        }
    }

    private static final class WithTrailers extends Watched {
        private final Response answer;

        WithTrailers(Response answer, BufferedSource body, Ending ending, Sending sending) {
            super(body, ending, sending, -1); // they come behind the last byte
            this.answer = answer;
        }

        @Override
        End whole() {
            try {
                return End.complete(answer.trailers()::get);
            } catch (IOException | IllegalStateException none) {
                return End.COMPLETE; // each release has its own way to say that there are none
            }
        }
    }
}
