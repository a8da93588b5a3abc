package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Abandoned;
import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** The body of a delivered answer, which says when it was read, closed, broken or dropped. */
final class Body extends FilterInputStream {
    static final Abandoned ABANDONED = new Abandoned();

    private final Sending sending;
    private final Ending ending;
    private final End complete;
    private final Abandoned.Watch watch;

    /** @param complete what is said when it has been read or closed */
    Body(InputStream body, Sending sending, Ending ending, End complete) {
        super(body);
        this.sending = sending;
        this.ending = ending;
        this.complete = complete;
        this.watch = ABANDONED.watch(this, ending);
        sending.delivered();
    }

    @Override
    public int read() throws IOException {
        begin();
        try {
            return read(in.read());
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            rest();
        }
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        begin();
        try {
            return read(in.read(into, from, count));
        } catch (IOException broken) {
            throw broke(broken);
        } finally {
            rest();
        }
    }

    private void rest() {
        ending.rests();
        sending.reading(false);
    }

    private void begin() throws IOException {
        ending.waits();
        sending.reading(true);
        if (sending.isStopped()) {
            rest();
            in.close();
            throw broke(new SocketTimeoutException("Read timed out: the time limit of the call has passed"));
        }
    }

    private int read(int what) {
        if (what < 0) {
            end(complete);
        }
        return what;
    }

    private IOException broke(IOException broken) {
        end(Failures.ofBody(broken, sending));
        return broken;
    }

    private void end(End how) {
        watch.over();
        ending.end(how);
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
        } finally {
            end(complete);
        }
    }
}
