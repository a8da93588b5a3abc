package dev.weft.adapters.okhttp;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import okhttp3.MediaType;
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

    EndingBody(ResponseBody body, Ending ending, Sending sending) {
        this.body = body;
        this.source = Okio.buffer(new Watched(body.source(), ending, sending));
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

    private static final class Watched extends ForwardingSource {
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
                ending.end(End.COMPLETE);
            }
            return read;
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
}
