package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Original;
import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a connection object has to say when its head is there: a stream, or (from 400 on) what it throws instead. */
final class Answer {
    private final int status;
    private final Object headers;
    private final @Nullable IOException thrown;
    private final boolean onward;
    private @Nullable InputStream body;

    private Answer(
            int status, Object headers, @Nullable InputStream body, @Nullable IOException thrown, boolean onward) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.thrown = thrown;
        this.onward = onward;
    }

    /** Lets the library write the request and read the head. */
    static Answer read(HttpURLConnection connection, Original getInputStream) throws Throwable {
        try {
            var body = (InputStream) Objects.requireNonNull(getInputStream.call(connection));
            int status = Connections.status(connection);
            if (Connections.input(connection) == null) {
                // The application's own cache had it. The library doesn't note that, and would be asked again.
                Connections.input(connection, body);
            }
            return new Answer(status < 0 ? 200 : status, Connections.responses(connection), body, null, false);
        } catch (Onward next) {
            return new Answer(next.status(), next.headers(), null, null, true);
        } catch (IOException thrown) {
            InputStream body = Connections.input(connection);
            int status = Connections.status(connection);
            if (body == null || status < 400) {
                throw thrown;
            }
            return new Answer(status, Connections.responses(connection), body, thrown, false);
        }
    }

    Head head() {
        return Head.http(status, headers());
    }

    /** As long as the body is read the library adds its trailers to them. */
    Headers headers() {
        Object list = headers;
        return name -> HeaderList.find(list, name);
    }

    int status() {
        return status;
    }

    /** Whether the connection object already asks for another place. */
    boolean onward() {
        return onward;
    }

    @Nullable
    InputStream body() {
        return body;
    }

    void body(InputStream watched) {
        body = watched;
    }

    /** For the application; once. The engine may hold an answer until it is over, the answer must not hold its reader. */
    InputStream hand() throws IOException {
        InputStream handed = body;
        body = null;
        if (thrown != null) {
            throw thrown;
        }
        return Objects.requireNonNull(handed, "an answer is handed over once");
    }
}
