package dev.weft.admin;

import java.nio.charset.StandardCharsets;

/** An answer of the admin endpoint, whole in memory. */
public record AdminAnswer(int status, String contentType, String body) {
    public static AdminAnswer json(String body) {
        return json(200, body);
    }

    public static AdminAnswer json(int status, String body) {
        return new AdminAnswer(status, "application/json", body + "\n");
    }

    public static AdminAnswer text(String body) {
        return text(200, body);
    }

    public static AdminAnswer text(int status, String body) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", body);
    }

    public static AdminAnswer refused(int status, String why) {
        return text(status, why + "\n");
    }

    /** As it goes over the wire; the connection closes after it. */
    public byte[] bytes(boolean head) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String start = "HTTP/1.1 " + status + " " + reason() + "\r\n"
                + "Content-Type: " + contentType + "\r\n"
                + "Content-Length: " + content.length + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "X-Content-Type-Options: nosniff\r\n"
                + "Connection: close\r\n\r\n";
        byte[] first = start.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(first, first.length + (head ? 0 : content.length));
        System.arraycopy(content, 0, all, first.length, all.length - first.length);
        return all;
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 421 -> "Misdirected Request";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
