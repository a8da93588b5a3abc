package dev.weft.adapters.httpclient5;

import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/** The request of one attempt, which takes edits and can be stopped without touching the application's. */
final class AttemptRequest extends BasicClassicHttpRequest implements CancellableDependency, Configurable {
    private static final long serialVersionUID = 1;

    private final transient Stop stop;
    private final transient @Nullable RequestConfig config;

    AttemptRequest(ClassicHttpRequest application, Stop stop) {
        super(application.getMethod(), (HttpHost) null, application.getPath());
        this.stop = stop;
        this.config = application instanceof Configurable configurable ? configurable.getConfig() : null;
        setScheme(application.getScheme());
        setAuthority(application.getAuthority());
        setVersion(application.getVersion());
        setHeaders(application.getHeaders());
        setEntity(application.getEntity());
    }

    @Override
    public @Nullable RequestConfig getConfig() {
        return config;
    }

    @Override
    public void setDependency(Cancellable cancellable) {
        stop.setDependency(cancellable);
    }

    @Override
    public boolean isCancelled() {
        return stop.isCancelled();
    }

    @Override
    public boolean cancel() {
        return stop.cancel();
    }
}
