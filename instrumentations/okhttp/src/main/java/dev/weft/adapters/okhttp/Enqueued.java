package dev.weft.adapters.okhttp;

import dev.weft.engine.trace.TraceContext;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** What an enqueued call answers to, with the trace that the thread which enqueued it works for. */
final class Enqueued implements Callback {
    private final Callback applications;
    private final TraceContext trace;

    Enqueued(Callback applications, TraceContext trace) {
        this.applications = applications;
        this.trace = trace;
    }

    TraceContext trace() {
        return trace;
    }

    @Override
    public void onFailure(Call call, IOException failure) {
        applications.onFailure(call, failure);
    }

    @Override
    public void onResponse(Call call, Response answer) throws IOException {
        applications.onResponse(call, answer);
    }
}
