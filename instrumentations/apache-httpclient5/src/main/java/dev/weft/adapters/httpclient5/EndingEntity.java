package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/** The body of a delivered answer, which says when it was read, closed or broke. */
final class EndingEntity extends HttpEntityWrapper {
    private final Ending ending;
    private final @Nullable Sending sending;

    EndingEntity(HttpEntity body, Ending ending, @Nullable Sending sending) {
        super(body);
        this.ending = ending;
        this.sending = sending;
    }

    @Override
    public @Nullable InputStream getContent() throws IOException {
        InputStream content = super.getContent();
        return content == null ? null : new Watched(content);
    }

    @Override
    public void writeTo(OutputStream to) throws IOException {
        try {
            super.writeTo(to);
        } catch (IOException | RuntimeException broken) {
            ending.end(Failures.ofBody(broken, sending));
            throw broken;
        }
        ending.end(End.COMPLETE);
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            ending.end(End.COMPLETE);
        }
    }

    private final class Watched extends FilterInputStream {
        Watched(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            try {
                int one = in.read();
                if (one < 0) {
                    ending.end(End.COMPLETE);
                }
                return one;
            } catch (IOException broken) {
                throw broke(broken);
            }
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            try {
                int read = in.read(into, from, count);
                if (read < 0) {
                    ending.end(End.COMPLETE);
                }
                return read;
            } catch (IOException broken) {
                throw broke(broken);
            }
        }

        private IOException broke(IOException broken) {
            ending.end(Failures.ofBody(broken, sending));
            return broken;
        }

        @Override
        public void close() throws IOException {
            try {
                in.close();
            } finally {
                ending.end(End.COMPLETE);
            }
        }
    }
}
