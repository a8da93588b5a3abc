package dev.weft.proxy.dns;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** From a message that came to the one that is said to it. */
final class Resolver {
    private static final int OPCODE = 0x7800;

    /** For the first directory: less than clients wait for an answer before they ask again (5 s; musl 2.5 s). */
    private static final long COLD_NANOS = 2_000_000_000L;

    private final MeshNames names;
    private final MeshAnswers mesh;
    private final Forwarder forwarder;
    private final EventLoop loop;
    private final int mostWaiting;
    private final boolean isShortening;
    private final Time time;
    private final Counts counts;
    /** For the first directory. */
    private int waiting;

    /** @param mostWaiting questions that may wait for the first directory at once */
    Resolver(
            MeshNames names,
            MeshAnswers mesh,
            Forwarder forwarder,
            EventLoop loop,
            int mostWaiting,
            boolean isShortening,
            Time time,
            Counts counts) {
        this.names = names;
        this.mesh = mesh;
        this.forwarder = forwarder;
        this.loop = loop;
        this.mostWaiting = mostWaiting;
        this.isShortening = isShortening;
        this.time = time;
        this.counts = counts;
        search();
    }

    void use(ResolvConf conf) {
        forwarder.use(conf);
        search();
    }

    private void search() {
        mesh.search(isShortening ? forwarder.conf().search() : List.of());
    }

    /**
     * @param isDatagram the answer has to be as short as the client wants it
     * @param send called at most once; not at all for what is no question, so that two servers never talk to
     *     each other without end
     */
    void resolve(byte[] message, boolean isDatagram, Consumer<byte[]> send) {
        if (message.length < Wire.HEADER || (Wire.u16(message, 2) & Wire.QR) != 0) {
            counts.add(DnsEvent.REFUSED);
            return;
        }
        counts.add(DnsEvent.QUERY);
        int flags = Wire.u16(message, 2);
        if ((flags & OPCODE) != 0) {
            refuse(message, Wire.NOTIMP, send);
            return;
        }
        Query query;
        try {
            query = Query.read(message);
        } catch (Malformed e) {
            refuse(message, Wire.FORMERR, send);
            return;
        }
        int limit = isDatagram ? query.udpSize() : Wire.MOST;
        answer(query, answer -> send.accept(answer.message(query, limit, time.nanos())));
    }

    private void answer(Query query, Consumer<Answer> send) {
        int refusal = refusal(query);
        if (refusal != Wire.NOERROR) {
            counts.add(DnsEvent.REFUSED);
            send.accept(LocalAnswer.failure(refusal));
            return;
        }
        var own = mesh.answer(query);
        if (own != null) {
            counts.add(DnsEvent.MESH);
            send.accept(own);
        } else {
            forwarder.ask(query, theirs -> answered(query, theirs, send));
        }
    }

    /** That there is no such name can't be said before it is known which ones are the mesh's. */
    private void answered(Query query, Answer theirs, Consumer<Answer> send) {
        if (theirs.rcode() == Wire.NOERROR || waiting >= mostWaiting) {
            send.accept(mesh.after(query, theirs, time.nanos()));
        } else {
            new Cold(query, theirs, send).begin();
        }
    }

    /** A question about a name that others don't know, and the mesh may. */
    private final class Cold {
        private final Query query;
        private final Answer theirs;
        private final Consumer<Answer> send;
        private Time.@Nullable Alarm late;
        private boolean over;

        Cold(Query query, Answer theirs, Consumer<Answer> send) {
            this.query = query;
            this.theirs = theirs;
            this.send = send;
        }

        void begin() {
            waiting++;
            names.whenKnown(() -> {
                if (loop.inEventLoop()) {
                    end();
                } else {
                    loop.execute(this::end);
                }
            });
            late = over ? null : time.in(COLD_NANOS, this::end);
        }

        private void end() {
            if (over) {
                return;
            }
            over = true;
            waiting--;
            if (late != null) {
                late.cancel();
            }
            var own = mesh.answer(query);
            if (own != null) {
                counts.add(DnsEvent.MESH);
            }
            send.accept(own == null ? mesh.after(query, theirs, time.nanos()) : own);
        }
    }

    private static int refusal(Query query) {
        if (query.edns() != null && query.edns().version() > 0) {
            return Wire.BADVERS;
        }
        // Transfers of zones are more than one message, and other classes nobody has.
        boolean isTransfer = query.type() == Wire.AXFR || query.type() == Wire.IXFR;
        return isTransfer || query.type() == Wire.OPT || query.dnsClass() != Wire.IN ? Wire.REFUSED : Wire.NOERROR;
    }

    /** Says no with nothing but a header: what came can't be trusted to be a question. */
    private void refuse(byte[] message, int rcode, Consumer<byte[]> send) {
        counts.add(DnsEvent.REFUSED);
        byte[] refusal = new byte[Wire.HEADER];
        System.arraycopy(message, 0, refusal, 0, 2);
        Wire.u16(refusal, 2, Wire.QR | Wire.RA | Wire.u16(message, 2) & (OPCODE | Wire.RD) | rcode);
        send.accept(refusal);
    }
}
