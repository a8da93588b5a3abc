package dev.weft.proxy.http2;

import dev.weft.proxy.http1.FieldTexts;
import dev.weft.proxy.http1.HeadEdits;
import dev.weft.proxy.http1.HeadLines;
import dev.weft.proxy.http1.RequestHead;
import dev.weft.proxy.http1.Trailers;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes the field section of a frame from lines of HTTP/1.1 (RFC 9113, section 8.3). */
final class HeadFrame implements HeadLines {
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString SLASH = AsciiString.cached("/");

    private final Http2Headers fields = new DefaultHttp2Headers(false);
    private final boolean request;
    private final FieldTexts texts;

    private HeadFrame(boolean request, FieldTexts texts) {
        this.request = request;
        this.texts = texts;
    }

    /** @param path to send instead of the head's own; null for that */
    static Http2Headers request(
            RequestHead head, HeadEdits edits, @Nullable String path, AsciiString scheme, FieldTexts texts) {
        HeadFrame frame = new HeadFrame(true, texts);
        byte[] in = head.bytes();
        frame.fields.method(texts.text(in, head.methodStart(), head.methodEnd()));
        frame.fields.scheme(scheme);
        if (path != null) {
            frame.fields.path(visible(path));
        } else if (head.pathStart() == head.targetEnd()) {
            frame.fields.path(SLASH);
        } else {
            frame.fields.path(texts.text(in, head.pathStart(), head.targetEnd()));
        }
        edits.each(frame);
        if (head.takesTrailers()) {
            frame.fields.add(TE, TRAILERS);
        }
        return frame.fields;
    }

    static Http2Headers answer(int status, HeadEdits edits, FieldTexts texts) {
        HeadFrame frame = new HeadFrame(false, texts);
        frame.fields.status(HttpResponseStatus.valueOf(status).codeAsText());
        edits.each(frame);
        return frame.fields;
    }

    static Http2Headers trailers(Trailers trailers, FieldTexts texts) {
        HeadFrame frame = new HeadFrame(false, texts);
        trailers.each(frame);
        return frame.fields;
    }

    @Override
    public void line(byte[] in, int name, int nameEnd, int value, int valueEnd) {
        AsciiString lower = texts.text(in, name, nameEnd).toLowerCase();
        AsciiString text = texts.text(in, value, valueEnd);
        if (request && lower.equals(HOST)) {
            fields.authority(text);
        } else if (HeadText.name(lower)) { // a rule may have added what is for another hop
            fields.add(lower, text);
        }
    }

    private static AsciiString visible(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) <= ' ' || path.charAt(i) >= 0x7F) {
                throw new IllegalArgumentException("path: it has a character that no path may have");
            }
        }
        return new AsciiString(path.getBytes(StandardCharsets.US_ASCII), false);
    }
}
