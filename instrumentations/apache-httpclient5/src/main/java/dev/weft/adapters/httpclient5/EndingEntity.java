package dev.weft.adapters.httpclient5;

import dev.weft.engine.adapt.EndingStream;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
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
        return content == null ? null : new EndingStream(content, ending, broken -> Failures.ofBody(broken, sending));
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
