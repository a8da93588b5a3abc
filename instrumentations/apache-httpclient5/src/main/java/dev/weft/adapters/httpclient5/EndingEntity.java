package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.EndingStream;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.Header;
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
        if (content == null) {
            return null;
        }
        return new EndingStream(
                content,
                ending,
                ending.heedsTrailers() ? new WithTrailers() : broken -> Failures.ofBody(broken, sending));
    }

    /** HttpClient tells trailers from 5.2 on. */
    private final class WithTrailers implements EndingStream.Breakage {
        @Override
        public End of(Throwable broken) {
            return Failures.ofBody(broken, sending);
        }

        @Override
        public End whole() {
            Supplier<List<? extends Header>> known = getTrailers();
            List<? extends Header> trailers = known == null ? null : known.get();
            return trailers == null || trailers.isEmpty() ? End.COMPLETE : End.complete(name -> first(trailers, name));
        }
    }

    private static @Nullable String first(List<? extends Header> headers, String name) {
        for (Header header : headers) {
            if (header.getName().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }

    @Override
    public void writeTo(OutputStream to) throws IOException {
        InputStream content = ending.heedsBytes() ? getContent() : null;
        if (content != null) {
            try (content) {
                content.transferTo(to);
            }
            return;
        }
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
}
