package dev.weft.adapters.httpclient4;

import dev.weft.engine.adapt.EndingStream;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.http.HttpEntity;
import org.apache.http.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/** The body of a delivered answer, which says when it was read, closed or broke. */
final class EndingEntity extends HttpEntityWrapper {
    private final Ending ending;
    private final Sending sending;

    EndingEntity(HttpEntity body, Ending ending, Sending sending) {
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
    @Deprecated
    public void consumeContent() throws IOException {
        try {
            super.consumeContent();
        } finally {
            ending.end(End.COMPLETE);
        }
    }
}
