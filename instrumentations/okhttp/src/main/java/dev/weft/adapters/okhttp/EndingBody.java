package dev.weft.adapters.okhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** The body of a delivered answer, which says when it was read, closed or broke. */
final class EndingBody extends ResponseBody {
    private final ResponseBody body;
    private final BufferedSource source;

    EndingBody(Response answer, ResponseBody body, Ending ending, Sending sending) {
        this.body = body;
        this.source = Okio.buffer(
                ending.heedsTrailers()
                        ? new WithTrailers(answer, body.source(), ending, sending)
                        : new Watched(body.source(), ending, sending));
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

        Watched(BufferedSource body, Ending ending, Sending sending) {
            super(body);
            this.ending = ending;
            this.sending = sending;
        }

        @Override
        public long read(Buffer into, long count) throws IOException {
            ending.waits();
            long read;
            try {
                read = super.read(into, count);
            } catch (IOException broken) {
                ending.end(Failures.ofBody(broken, sending));
                throw broken;
            } finally {
                ending.rests();
            }
            if (read < 0) {
                ending.end(whole());
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
                ending.end(End.COMPLETE);
            }
        }
    }

    private static final class WithTrailers extends Watched {
        private final Response answer;

        WithTrailers(Response answer, BufferedSource body, Ending ending, Sending sending) {
            super(body, ending, sending);
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
