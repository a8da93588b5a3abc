package dev.weft.proxy.http1;

/**
 * The field lines behind a body, read as strictly as those of a head (RFC 9110, section 6.5). Only what a trailer may be is
 * handed on: nothing that frames, routes, or is for one hop alone.
 */
public final class Trailers extends MessageHead {
    public Trailers(HeadLimits limits, Worker worker) {
        super(limits, worker.arrays);
    }

    @Override
    public void clear() {
        super.clear();
        fields.begin(0);
    }

    @Override
    int line() {
        fields.begin(0);
        return Fields.DONE;
    }

    @Override
    int meaning() {
        return Fields.DONE;
    }

    /** Hands over the lines. */
    public void each(HeadLines to) {
        for (int i = 0; i < fields.count(); i++) {
            if (fields.kind(i) == Fields.OTHER) {
                to.line(bytes(), fields.start(i), fields.nameEnd(i), fields.valueStart(i), fields.valueEnd(i));
            }
        }
    }
}
