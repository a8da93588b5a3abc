package dev.weft.proxy.http1;

/** The head of an answer, read once into offsets, as strictly as a request's. */
public final class ResponseHead extends MessageHead {
    /** It can't be understood: the attempt has failed. */
    static final int BAD = Fields.BAD;

    private int status;
    private int versionEnd;

    /** Whether the head is forwarded as it came: no line is for this hop alone. */
    private boolean plain;

    public ResponseHead(HeadLimits limits, Worker worker) {
        super(limits, worker.arrays);
    }

    @Override
    int line() {
        byte[] in = head.bytes;
        int to = head.length;
        int end = Octets.control(in, 0, to);
        if (end + 1 >= to) {
            return end < to && in[end] != '\r' ? BAD : Fields.MORE;
        }
        boolean shape = in[end] == '\r'
                && in[end + 1] == '\n'
                && end >= 12
                && Octets.begins(in, 0, end, "HTTP/1.")
                && (in[7] == '0' || in[7] == '1')
                && in[8] == ' '
                && (end == 12 || in[12] == ' ');
        if (!shape) {
            return BAD;
        }
        status = 0;
        for (int i = 9; i < 12; i++) {
            int digit = in[i] - '0';
            if (digit < 0 || digit > 9) {
                return BAD;
            }
            status = status * 10 + digit;
        }
        http11 = in[7] == '1';
        versionEnd = 8;
        fields.begin(end + 2);
        return status < 100 || status > 599 ? BAD : Fields.DONE;
    }

    @Override
    int meaning() {
        contentLength = -1;
        chunked = false;
        close = !http11;
        plain = http11;
        byte[] in = head.bytes;
        for (int i = 0; i < fields.count(); i++) {
            switch (fields.kind(i)) {
                case Fields.CONTENT_LENGTH -> {
                    long length = fields.length(in, i);
                    if (length < 0 || contentLength >= 0) {
                        return BAD;
                    }
                    contentLength = length;
                }
                case Fields.TRANSFER_ENCODING -> {
                    if (chunked || !Octets.same(in, fields.valueStart(i), fields.valueEnd(i), "chunked")) {
                        return BAD;
                    }
                    chunked = true;
                }
                case Fields.CONNECTION -> {
                    plain = false;
                    close |= fields.lists(in, i, "close");
                    if (!http11 && fields.lists(in, i, "keep-alive")) {
                        close = false;
                    }
                }
                case Fields.HOP -> plain = false;
                default -> {}
            }
        }
        return chunked && (contentLength >= 0 || !http11) ? BAD : Fields.DONE;
    }

    /** How many bytes the head has. */
    int length() {
        return fields.end();
    }

    public int status() {
        return status;
    }

    /** Whether it is gRPC's, by its content type. */
    public boolean grpc() {
        int type = fields.find(head.bytes, "content-type", 0);
        return type >= 0 && Fields.grpc(head.bytes, fields.valueStart(type), fields.valueEnd(type));
    }

    int versionEnd() {
        return versionEnd;
    }

    boolean plain() {
        return plain;
    }

    /** To be followed by another head of the same answer. */
    public boolean interim() {
        return status < 200 && status != 101;
    }
}
