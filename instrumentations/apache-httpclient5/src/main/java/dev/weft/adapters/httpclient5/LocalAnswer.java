package dev.weft.adapters.httpclient5;

import dev.weft.engine.call.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** An answer that a rule gives without asking any peer. */
final class LocalAnswer {
    private static final ContentType TEXT = ContentType.create("text/plain", StandardCharsets.UTF_8);

    private LocalAnswer() {}

    static ClassicHttpResponse of(Refusal refusal, String method) {
        var answer = new BasicClassicHttpResponse(refusal.code(), EnglishReasonPhraseCatalog.INSTANCE, Locale.ENGLISH);
        answer.setVersion(HttpVersion.HTTP_1_1);
        for (Refusal.Header header : refusal.headers()) {
            answer.addHeader(header.name(), header.value());
        }
        if (method.equals("HEAD") || refusal.code() == 204 || refusal.code() == 304) {
            return answer;
        }
        byte[] body = refusal.body().getBytes(StandardCharsets.UTF_8);
        if (!answer.containsHeader(HttpHeaders.CONTENT_TYPE) && body.length > 0) {
            answer.addHeader(HttpHeaders.CONTENT_TYPE, TEXT.toString());
        }
        answer.setHeader(HttpHeaders.CONTENT_LENGTH, body.length);
        answer.setEntity(new ByteArrayEntity(body, type(answer)));
        return answer;
    }

    private static ContentType type(ClassicHttpResponse answer) {
        var given = answer.getFirstHeader(HttpHeaders.CONTENT_TYPE);
        ContentType parsed = given == null ? null : ContentType.parseLenient(given.getValue());
        return parsed == null ? TEXT : parsed;
    }
}
