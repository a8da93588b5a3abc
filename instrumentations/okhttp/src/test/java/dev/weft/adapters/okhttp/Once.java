package dev.weft.adapters.okhttp;

import java.io.IOException;
import java.io.InputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** A body that can be written once. */
final class Once extends RequestBody {
    private final InputStream stream;

    Once(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public @Nullable MediaType contentType() {
        return null;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        sink.writeAll(Okio.source(stream));
    }
}
