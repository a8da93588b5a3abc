package dev.weft.adapters.jdkhttp;

import dev.weft.engine.adapt.Before;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.call.HeaderWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a request is written, in HTTP/1.1 and in HTTP/2: with the headers of its attempt that are new. */
@Weave(
        type = "jdk.internal.net.http.Http1Request",
        method = "collectHeaders0",
        args = 1,
        opens = {Internals.PACKAGE})
@Weave(
        type = "jdk.internal.net.http.Stream",
        method = "headerFrame",
        args = 1,
        opens = {Internals.PACKAGE})
public final class HeadersHook implements Before {
    /** Enough for what a trace and a few rules add, beside what most requests have. */
    private static final int USUAL = 320;

    public HeadersHook(Mesh mesh) {}

    @Override
    public void before(@Nullable Object self, @Nullable Object[] args) {
        Object writer = Objects.requireNonNull(self);
        if (args[0] instanceof StringBuilder head) {
            Object request = Internals.writtenByHttp1(writer);
            Aim aim = Aims.of(request);
            if (aim != null && aim.headersWait()) {
                head.ensureCapacity(USUAL);
                aim.attempt().edit(new Lines(head));
            }
            String host = aim == null ? null : aim.attempt().authority();
            if (host != null) {
                Internals.header(request, "Host", host); // the library has put the URI's there, and writes it next
            }
            return;
        }
        Object request = Internals.writtenByHttp2(writer);
        Aim aim = Aims.of(request);
        if (aim != null && aim.headersWait()) {
            aim.attempt().edit(new Frame(request));
        }
    }

    /** The head of an HTTP/1.1 request, as far as it is written. */
    private record Lines(StringBuilder head) implements HeaderWriter {
        @Override
        public void set(String name, String value) {
            head.append(name).append(": ").append(value).append("\r\n");
        }

        @Override
        public void add(String name, String value) {
            set(name, value);
        }

        @Override
        public void remove(String name) {
            // it isn't there
        }
    }

    /** What the library adds by itself to an HTTP/2 request. */
    private record Frame(Object request) implements HeaderWriter {
        @Override
        public void set(String name, String value) {
            Internals.header(request, name, value);
        }

        @Override
        public void add(String name, String value) {
            set(name, value);
        }

        @Override
        public void remove(String name) {
            // it isn't there
        }
    }
}
