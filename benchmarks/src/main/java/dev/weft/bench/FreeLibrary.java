package dev.weft.bench;

import dev.weft.engine.call.Attempt;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.call.Headers;
import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.drive.BlockingExchange;
import dev.weft.engine.drive.Ending;
import org.jspecify.annotations.Nullable;

/** A library that costs nothing: what remains is ours. */
final class FreeLibrary implements BlockingExchange<Integer>, Request, HeaderWriter {
    private static final Integer OK = 200;
    private static final Head HEAD = new Head(200, Outcome.SUCCESS, Headers.NONE);
    final String host;
    private int edits;

    FreeLibrary(String host) {
        this.host = host;
    }

    @Override
    public Request request() {
        return this;
    }

    @Override
    public Integer original() {
        throw new IllegalStateException("everything here is in the mesh");
    }

    @Override
    public Integer send(Attempt attempt) {
        attempt.edit(this);
        return OK;
    }

    @Override
    public Head head(Integer answer) {
        return HEAD;
    }

    @Override
    public End failure(Throwable thrown) {
        throw new IllegalStateException(thrown);
    }

    @Override
    public void abort(Attempt attempt) {}

    @Override
    public void discard(Integer answer) {}

    @Override
    public Integer deliver(Integer answer, Ending ending) {
        ending.end(End.COMPLETE);
        return answer;
    }

    @Override
    public Integer reply(Refusal refusal) {
        throw new IllegalStateException(refusal.why());
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return 80;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return "/orders/17?full=true";
    }

    @Override
    public @Nullable String header(String name) {
        return null;
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public void set(String name, String value) {
        edits++;
    }

    @Override
    public void add(String name, String value) {
        edits++;
    }

    @Override
    public void remove(String name) {
        edits++;
    }
}
