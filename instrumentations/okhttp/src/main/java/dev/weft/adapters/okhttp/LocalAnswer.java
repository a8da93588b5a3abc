package dev.weft.adapters.okhttp;

import dev.weft.engine.call.Refusal;
import java.nio.charset.StandardCharsets;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** An answer that a rule gives without asking any peer. */
final class LocalAnswer {
    private static final byte[] NONE = {};

    private LocalAnswer() {}

    static Response of(Refusal refusal, Request request) {
        boolean bare = request.method().equals("HEAD") || refusal.code() == 204 || refusal.code() == 304;
        byte[] text = bare ? NONE : refusal.body().getBytes(StandardCharsets.UTF_8);
        long now = System.currentTimeMillis();
        var answer = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(refusal.code())
                .message("")
                .sentRequestAtMillis(now)
                .receivedResponseAtMillis(now);
        String type = "text/plain; charset=utf-8";
        boolean typed = false;
        for (Refusal.Header header : refusal.headers()) {
            answer.addHeader(header.name(), header.value());
            if (header.name().equalsIgnoreCase("Content-Type")) {
                typed = true;
                type = header.value();
            }
        }
        if (!typed && text.length > 0) {
            answer.header("Content-Type", type);
        }
        if (!bare) {
            answer.header("Content-Length", Integer.toString(text.length));
        }
        return answer.body(ResponseBody.create(MediaType.parse(type), text)).build();
    }
}
