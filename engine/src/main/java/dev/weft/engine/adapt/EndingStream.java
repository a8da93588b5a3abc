package dev.weft.engine.adapt;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a delivered answer as a stream, which says when it was read, closed or broke, and when it is waited for. */
public final class EndingStream extends FilterInputStream {
    /** What it means that a body broke, and that there is nothing left of it. */
    @FunctionalInterface
    public interface Breakage {
        End of(Throwable broken);

        /** Asked when it has been read to its end; with the trailers, where somebody heeds them. */
        default End whole() {
            return End.COMPLETE;
        }
    }

    private final Ending ending;
    private final Breakage breakage;

    public EndingStream(InputStream content, Ending ending, Breakage breakage) {
        super(content);
        this.ending = ending;
        this.breakage = breakage;
    }

    @Override
    public int read() throws IOException {
        ending.waits();
        try {
            return read(in.read());
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            ending.rests();
        }
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        ending.waits();
        try {
            return read(in.read(into, from, count));
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            ending.rests();
        }
    }

    private int read(int what) {
        if (what < 0) {
            ending.end(breakage.whole());
        }
        return what;
    }

    private IOException broke(IOException broken) {
        ending.end(breakage.of(broken));
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
