package dev.weft.engine.adapt;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a delivered answer as a stream, which says when it was read, closed or broke. */
public final class EndingStream extends FilterInputStream {
    /** What it means that a body broke. */
    @FunctionalInterface
    public interface Breakage {
        End of(Throwable broken);
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
