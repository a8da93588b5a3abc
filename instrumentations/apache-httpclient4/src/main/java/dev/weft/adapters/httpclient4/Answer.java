package dev.weft.adapters.httpclient4;

import dev.weft.engine.call.End;
import dev.weft.engine.drive.Ending;
import java.io.IOException;
import java.util.Locale;
import org.apache.http.Header;
import org.apache.http.HeaderIterator;
import org.apache.http.HttpEntity;
import org.apache.http.ProtocolVersion;
import org.apache.http.StatusLine;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.params.HttpParams;
import org.jspecify.annotations.Nullable;

/** A peer's answer whose end is told when it is closed; all else is the library's. */
final class Answer implements CloseableHttpResponse {
    private final CloseableHttpResponse peers;
    private final Ending ending;

    Answer(CloseableHttpResponse peers, Ending ending) {
        this.peers = peers;
        this.ending = ending;
    }

    @Override
    public void close() throws IOException {
        try {
            peers.close();
        } finally {
            ending.end(End.COMPLETE);
        }
    }

    @Override
    public StatusLine getStatusLine() {
        return peers.getStatusLine();
    }

    @Override
    public void setStatusLine(StatusLine line) {
        peers.setStatusLine(line);
    }

    @Override
    public void setStatusLine(ProtocolVersion version, int code) {
        peers.setStatusLine(version, code);
    }

    @Override
    public void setStatusLine(ProtocolVersion version, int code, @Nullable String reason) {
        peers.setStatusLine(version, code, reason);
    }

    @Override
    public void setStatusCode(int code) {
        peers.setStatusCode(code);
    }

    @Override
    public void setReasonPhrase(@Nullable String reason) {
        peers.setReasonPhrase(reason);
    }

    @Override
    public @Nullable HttpEntity getEntity() {
        return peers.getEntity();
    }

    @Override
    public void setEntity(@Nullable HttpEntity entity) {
        peers.setEntity(entity);
    }

    @Override
    public Locale getLocale() {
        return peers.getLocale();
    }

    @Override
    public void setLocale(Locale locale) {
        peers.setLocale(locale);
    }

    @Override
    public ProtocolVersion getProtocolVersion() {
        return peers.getProtocolVersion();
    }

    @Override
    public boolean containsHeader(String name) {
        return peers.containsHeader(name);
    }

    @Override
    public Header[] getHeaders(String name) {
        return peers.getHeaders(name);
    }

    @Override
    public @Nullable Header getFirstHeader(String name) {
        return peers.getFirstHeader(name);
    }

    @Override
    public @Nullable Header getLastHeader(String name) {
        return peers.getLastHeader(name);
    }

    @Override
    public Header[] getAllHeaders() {
        return peers.getAllHeaders();
    }

    @Override
    public void addHeader(Header header) {
        peers.addHeader(header);
    }

    @Override
    public void addHeader(String name, String value) {
        peers.addHeader(name, value);
    }

    @Override
    public void setHeader(Header header) {
        peers.setHeader(header);
    }

    @Override
    public void setHeader(String name, String value) {
        peers.setHeader(name, value);
    }

    @Override
    public void setHeaders(Header[] headers) {
        peers.setHeaders(headers);
    }

    @Override
    public void removeHeader(Header header) {
        peers.removeHeader(header);
    }

    @Override
    public void removeHeaders(String name) {
        peers.removeHeaders(name);
    }

    @Override
    public HeaderIterator headerIterator() {
        return peers.headerIterator();
    }

    @Override
    public HeaderIterator headerIterator(String name) {
        return peers.headerIterator(name);
    }

    @Override
    @Deprecated
    public HttpParams getParams() {
        return peers.getParams();
    }

    @Override
    @Deprecated
    public void setParams(HttpParams params) {
        peers.setParams(params);
    }

    @Override
    public String toString() {
        return peers.toString();
    }
}
