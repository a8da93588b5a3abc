package dev.weft.testkit.replay;

import dev.weft.engine.call.Outcome;
import dev.weft.engine.call.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A call as its line tells it. It notes which headers are asked for of which no value was told. */
final class RecordedCall implements Request {
    /** Stands for a value that a recording doesn't tell; the agent writes it. */
    static final String MARKER = "(redacted)";

    /**
     * What came of an attempt.
     *
     * @param took nanoseconds until its end
     * @param status 0 where no answer began
     * @param code of gRPC where it came with the end, else 0
     */
    record Answered(long took, int status, Outcome end, int code) {}

    /** What is asked; {@code timeout} is {@link Long#MAX_VALUE} for none. */
    record Asked(
            String method,
            boolean secure,
            String host,
            int port,
            String path,
            Map<String, String> headers,
            boolean replayable,
            boolean rewritable,
            long timeout) {}

    private final String line;
    private final long at;
    private final Asked asked;
    private final Verdict verdict;
    private final List<Answered> answers;
    private final Set<String> hidden = new TreeSet<>();

    /**
     * @param line file and number
     * @param at nanoseconds since the recording began
     * @param verdict what became of it then
     */
    RecordedCall(String line, long at, Asked asked, Verdict verdict, List<Answered> answers) {
        this.line = line;
        this.at = at;
        this.asked = asked;
        this.verdict = verdict;
        this.answers = List.copyOf(answers);
    }

    String line() {
        return line;
    }

    long at() {
        return at;
    }

    Verdict verdict() {
        return verdict;
    }

    /** What became of the attempts that were made, in the order of sending. */
    List<Answered> answers() {
        return answers;
    }

    /** Headers that were asked for since the call was read, and whose values nobody told. */
    Set<String> hidden() {
        return hidden;
    }

    /** Query parameters, each behind a {@code ?}, whose values nobody told; who asks for one of them is not seen. */
    Set<String> untold() {
        Set<String> names = new TreeSet<>();
        int question = asked.path.indexOf('?');
        for (String pair : question < 0
                ? new String[0]
                : asked.path.substring(question + 1).split("&")) {
            if (pair.endsWith("=" + MARKER)) {
                names.add("?" + pair.substring(0, pair.length() - MARKER.length() - 1));
            }
        }
        return names;
    }

    /** Method and URL. */
    String words() {
        boolean usual = asked.port == (asked.secure ? 443 : 80);
        return asked.method
                + (asked.secure ? " https://" : " http://")
                + asked.host
                + (usual ? "" : ":" + asked.port)
                + asked.path;
    }

    @Override
    public String host() {
        return asked.host;
    }

    @Override
    public int port() {
        return asked.port;
    }

    @Override
    public boolean secure() {
        return asked.secure;
    }

    @Override
    public String method() {
        return asked.method;
    }

    @Override
    public String path() {
        return asked.path;
    }

    @Override
    public @Nullable String header(String name) {
        String joined = joined(name);
        return joined == null ? null : joined.split(",", 2)[0];
    }

    @Override
    public @Nullable String joined(String name) {
        String value = asked.headers.get(name);
        if (MARKER.equals(value)) {
            hidden.add(name);
        }
        return value;
    }

    @Override
    public void headers(BiConsumer<String, String> each) {
        asked.headers.forEach(each);
    }

    @Override
    public boolean replayable() {
        return asked.replayable;
    }

    @Override
    public boolean rewritable() {
        return asked.rewritable;
    }

    @Override
    public long timeoutNanos() {
        return asked.timeout;
    }
}
