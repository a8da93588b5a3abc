package dev.weft.adapters.okhttp;

import dev.weft.engine.call.Request;
import java.util.List;
import java.util.function.BiConsumer;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** One hop's request as the engine sees it. */
final class OkRequest implements Request {
    private final Interceptor.Chain chain;
    /** The library makes a new one each time it is asked. A race costs a string. */
    private @Nullable String path;

    /** As it was written last: interceptors of the application's, and other agents, stand below us. */
    private volatile okhttp3.@Nullable Request written;

    OkRequest(Interceptor.Chain chain) {
        this.chain = chain;
    }

    HttpUrl url() {
        return chain.request().url();
    }

    @Override
    public String host() {
        return url().host();
    }

    @Override
    public int port() {
        return url().port();
    }

    @Override
    public boolean secure() {
        return url().isHttps();
    }

    @Override
    public String method() {
        return chain.request().method();
    }

    @Override
    public String path() {
        String known = path;
        if (known == null) {
            String query = url().encodedQuery();
            known = query == null ? url().encodedPath() : url().encodedPath() + "?" + query;
            path = known;
        }
        return known;
    }

    @Override
    public @Nullable String header(String name) {
        return chain.request().header(name);
    }

    /** @param request null where it was not written */
    void written(okhttp3.@Nullable Request request) {
        if (request != null) {
            written = request;
        }
    }

    @Override
    public @Nullable String sentHeader(String name) {
        okhttp3.Request last = written;
        return last == null ? header(name) : last.header(name);
    }

    @Override
    public @Nullable String joined(String name) {
        List<String> all = chain.request().headers(name);
        if (all.size() < 2) {
            return all.isEmpty() ? null : all.get(0);
        }
        return String.join(",", all);
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        Headers all = chain.request().headers();
        for (int i = 0; i < all.size(); i++) {
            each.accept(all.name(i), all.value(i));
        }
    }

    @Override
    public boolean rewritable() {
        return true;
    }

    @Override
    public boolean replayable() {
        RequestBody body = chain.request().body();
        return body == null || !body.isOneShot() && !body.isDuplex();
    }

    /** The library watches over it by itself; the engine is told so that nothing is begun that can't end in time. */
    @Override
    public long timeoutNanos() {
        long limit = chain.call().timeout().timeoutNanos();
        return limit == 0 ? Long.MAX_VALUE : limit;
    }
}
