package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.http.HttpEntity;
import org.apache.http.HttpVersion;
import org.apache.http.StatusLine;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.EnglishReasonPhraseCatalog;
import org.apache.http.message.BasicHttpResponse;
import org.apache.http.message.BasicStatusLine;
import org.apache.http.protocol.HTTP;
import org.jspecify.annotations.Nullable;

/** What the application gets: a peer's answer whose end is told, or one that a rule gives without asking any peer. */
final class Answer extends BasicHttpResponse implements CloseableHttpResponse {
    private static final String TEXT = "text/plain; charset=UTF-8";

    private final @Nullable CloseableHttpResponse peers;
    private final @Nullable Ending ending;

    Answer(CloseableHttpResponse peers, HttpEntity body, Ending ending) {
        super(peers.getStatusLine(), EnglishReasonPhraseCatalog.INSTANCE, peers.getLocale());
        this.peers = peers;
        this.ending = ending;
        setHeaders(peers.getAllHeaders());
        setEntity(body);
    }

    private Answer(StatusLine line) {
        super(line, EnglishReasonPhraseCatalog.INSTANCE, Locale.ENGLISH);
        this.peers = null;
        this.ending = null;
    }

    static Answer of(Refusal refusal, String method) {
        String reason = EnglishReasonPhraseCatalog.INSTANCE.getReason(refusal.code(), Locale.ENGLISH);
        var answer = new Answer(new BasicStatusLine(HttpVersion.HTTP_1_1, refusal.code(), reason));
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
    public void close() throws IOException {
        try {
            if (peers != null) {
                peers.close();
            }
        } finally {
            if (ending != null) {
                ending.end(End.COMPLETE);
            }
        }
    }
}
