package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.http.HttpVersion;
import org.apache.http.StatusLine;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.EnglishReasonPhraseCatalog;
import org.apache.http.message.BasicHttpResponse;
import org.apache.http.message.BasicStatusLine;
import org.apache.http.protocol.HTTP;

/** An answer that a rule gives without asking any peer. */
final class LocalAnswer extends BasicHttpResponse implements CloseableHttpResponse {
    private static final String TEXT = "text/plain; charset=UTF-8";

    private LocalAnswer(StatusLine line) {
        super(line, EnglishReasonPhraseCatalog.INSTANCE, Locale.ENGLISH);
    }

    static LocalAnswer of(Refusal refusal, String method) {
        String reason = EnglishReasonPhraseCatalog.INSTANCE.getReason(refusal.code(), Locale.ENGLISH);
        var answer = new LocalAnswer(new BasicStatusLine(HttpVersion.HTTP_1_1, refusal.code(), reason));
        for (Refusal.Header header : refusal.headers()) {
            answer.addHeader(header.name(), header.value());
        }
        if (method.equals("HEAD") || refusal.code() == 204 || refusal.code() == 304) {
            return answer;
        }
        byte[] body = refusal.body().getBytes(StandardCharsets.UTF_8);
        if (!answer.containsHeader(HTTP.CONTENT_TYPE) && body.length > 0) {
            answer.addHeader(HTTP.CONTENT_TYPE, TEXT);
        }
        answer.setHeader(HTTP.CONTENT_LEN, Integer.toString(body.length));
        var entity = new ByteArrayEntity(body);
        entity.setContentType(answer.getFirstHeader(HTTP.CONTENT_TYPE));
        answer.setEntity(entity);
        return answer;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
