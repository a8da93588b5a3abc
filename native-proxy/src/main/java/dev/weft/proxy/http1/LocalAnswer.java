package dev.weft.proxy.http1;

import dev.weft.engine.call.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An answer that is made here, whole in one buffer. */
final class LocalAnswer {
    private LocalAnswer() {}

    /** To a request that can't be understood: the connection ends after it. */
    static ByteBuf refused(ByteBufAllocator allocator, int status) {
        String text = reason(status) + "\n";
        return of(allocator, status, List.of(), text, false, false);
    }

    /**
     * @param head whether the body is left out, as for HEAD
     * @param keep whether the connection is kept
     */
    static ByteBuf of(
            ByteBufAllocator allocator,
            int status,
            List<Refusal.Header> headers,
            String text,
            boolean head,
            boolean keep) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        boolean bodyless = status == 204 || status == 304 || status < 200;
        StringBuilder lines = new StringBuilder(256);
        lines.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
        boolean typed = false;
        for (Refusal.Header header : headers) {
            boolean ours = header.name().equalsIgnoreCase("content-length")
                    || header.name().equalsIgnoreCase("transfer-encoding")
                    || header.name().equalsIgnoreCase("connection");
            if (!ours && clean(header.name()) && clean(header.value())) {
                typed |= header.name().equalsIgnoreCase("content-type");
                lines.append(header.name()).append(": ").append(header.value()).append("\r\n");
            }
        }
        if (!bodyless) {
            lines.append("content-length: ").append(body.length).append("\r\n");
            lines.append(typed || body.length == 0 ? "" : "content-type: text/plain; charset=utf-8\r\n");
        }
        lines.append(keep ? "\r\n" : "connection: close\r\n\r\n");
        byte[] first = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf out = allocator.buffer(first.length + body.length).writeBytes(first);
        return head || bodyless ? out : out.writeBytes(body);
    }

    /** Whether it is no more than a part of its line. */
    private static boolean clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 508 -> "Loop Detected";
            default -> "Status " + status;
        };
    }
}
