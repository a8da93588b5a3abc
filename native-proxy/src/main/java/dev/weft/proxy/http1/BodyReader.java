package dev.weft.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a body in the bytes that go by. Chunks are judged as strictly as heads: lines end with CR and LF,
 * sizes are plain hexadecimal digits (RFC 9112, section 7.1).
 */
public final class BodyReader {
    private static final int MOST_SIZE_DIGITS = 15;
    private static final int LONGEST_EXTENSION = 256;
    private static final int LONGEST_TRAILERS = 8192;

    private enum State {
        NONE,
        LENGTH,
        UNTIL_CLOSE,
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF,
        BAD
    }

    private State state = State.NONE;
    private long left;
    private int digits;
    private int spent;

    public void none() {
        state = State.NONE;
    }

    public void length(long octets) {
        left = octets;
        state = octets == 0 ? State.NONE : State.LENGTH;
    }

    public void chunked() {
        state = State.SIZE;
        left = 0;
        digits = 0;
        spent = 0;
    }

    void untilClose() {
        state = State.UNTIL_CLOSE;
    }

    /** Whether all of it was there. */
    public boolean done() {
        return state == State.NONE;
    }

    /** Whether it ends with the connection. */
    boolean endsWithClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Whether it was wrong: nothing of the last bytes may be handed on. */
    public boolean bad() {
        return state == State.BAD;
    }

    /** How many of the readable bytes belong to the body; nothing is consumed. */
    int take(ByteBuf in) {
        int readable = in.readableBytes();
        switch (state) {
            case NONE, BAD -> {
                return 0;
            }
            case UNTIL_CLOSE -> {
                return readable;
            }
            case LENGTH -> {
                int taken = (int) Math.min(left, readable);
                left -= taken;
                state = left == 0 ? State.NONE : State.LENGTH;
                return taken;
            }
            default -> {
                return chunks(in);
            }
        }
    }

    /**
     * Takes what frames the data, and says how many of the readable bytes are data then: the caller takes those. 0 where
     * none are left, or the body is {@link #done}, or {@link #bad}.
     *
     * @param trailers get the lines behind a chunked body
     */
    public int data(ByteBuf in, Trailers trailers) {
        if (state == State.LENGTH || state == State.UNTIL_CLOSE) {
            return take(in);
        }
        while (in.isReadable() && state != State.NONE && state != State.BAD) {
            if (state == State.DATA) {
                int taken = (int) Math.min(left, in.readableBytes());
                left -= taken;
                state = left == 0 ? State.DATA_CR : State.DATA;
                return taken;
            }
            if (state == State.TRAILER) {
                int result = trailers.feed(in);
                state = result == Fields.DONE ? State.NONE : result == Fields.MORE ? State.TRAILER : State.BAD;
            } else {
                octet(in.readByte());
            }
        }
        return 0;
    }

    private int chunks(ByteBuf in) {
        int from = in.readerIndex();
        int to = in.writerIndex();
        int at = from;
        while (at < to && state != State.NONE && state != State.BAD) {
            if (state == State.DATA) {
                int taken = (int) Math.min(left, to - at);
                at += taken;
                left -= taken;
                state = left == 0 ? State.DATA_CR : State.DATA;
            } else {
                octet(in.getByte(at++));
            }
        }
        return at - from;
    }

    private void octet(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> {
                if (octet == '\r') {
                    state = State.SIZE_LF;
                } else if (control(octet) || ++spent > LONGEST_EXTENSION) {
                    state = State.BAD;
                }
            }
            case SIZE_LF -> lineFeed(octet, left == 0 ? State.TRAILER : State.DATA);
            case DATA_CR -> state = octet == '\r' ? State.DATA_LF : State.BAD;
            case DATA_LF -> {
                lineFeed(octet, State.SIZE);
                digits = 0;
                spent = 0;
            }
            case TRAILER -> {
                if (octet == '\r') {
                    state = State.LAST_LF;
                } else {
                    state = Octets.is(Octets.TOKEN, octet) && spend() ? State.TRAILER_NAME : State.BAD;
                }
            }
            case TRAILER_NAME -> {
                if (octet == ':') {
                    state = State.TRAILER_VALUE;
                } else if (!Octets.is(Octets.TOKEN, octet) || !spend()) {
                    state = State.BAD;
                }
            }
            case TRAILER_VALUE -> {
                if (octet == '\r') {
                    state = State.TRAILER_LF;
                } else if (control(octet) || !spend()) {
                    state = State.BAD;
                }
            }
            case TRAILER_LF -> lineFeed(octet, State.TRAILER);
            case LAST_LF -> lineFeed(octet, State.NONE);
            default -> throw new IllegalStateException("no line is awaited: " + state);
        }
    }

    private void size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit >= 0 && octet > 0 && digits < MOST_SIZE_DIGITS) {
            left = left << 4 | digit;
            digits++;
        } else if (digits > 0 && octet == '\r') {
            state = State.SIZE_LF;
        } else if (digits > 0 && octet == ';') {
            state = State.EXTENSION;
        } else {
            state = State.BAD;
        }
    }

    private void lineFeed(byte octet, State then) {
        state = octet == '\n' ? then : State.BAD;
    }

    private boolean spend() {
        return ++spent <= LONGEST_TRAILERS;
    }

    private static boolean control(byte octet) {
        return octet >= 0 && octet < ' ' && octet != '\t' || octet == 0x7F;
    }
}
