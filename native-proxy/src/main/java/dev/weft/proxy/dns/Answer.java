package dev.weft.proxy.dns;

import java.util.Arrays;

/** What is said to a question, whoever asked it. */
sealed interface Answer permits LocalAnswer, ForwardedAnswer {
    int rcode();

    /**
     * As a message for the one who asked.
     *
     * @param limit bytes; what doesn't fit is cut, with the flag that makes a client come again over TCP
     */
    byte[] message(Query query, int limit, long now);

    /** With our OPT record, or cut to the question alone if that is too long. */
    static byte[] finish(byte[] message, Query query, int limit, int rcode) {
        int extra = query.edns() == null ? 0 : 11;
        byte[] whole = message;
        if (message.length + extra > limit) {
            whole = Arrays.copyOf(message, Wire.HEADER + query.asSent().length + 4);
            Wire.u16(whole, 2, Wire.u16(whole, 2) | Wire.TC);
            Arrays.fill(whole, 6, Wire.HEADER, (byte) 0);
        }
        if (query.edns() == null) {
            return whole;
        }
        byte[] with = Arrays.copyOf(whole, whole.length + extra);
        int at = whole.length; // the root's name is 0 already
        Wire.u16(with, at + 1, Wire.OPT);
        Wire.u16(with, at + 3, Exchange.UDP_SIZE);
        with[at + 5] = (byte) (rcode >> 4);
        with[at + 7] = (byte) (query.edns().isDnssecOk() ? 0x80 : 0);
        Wire.u16(with, 10, Wire.u16(with, 10) + 1);
        return with;
    }
}
