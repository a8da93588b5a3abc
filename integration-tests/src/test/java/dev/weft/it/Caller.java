package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The sample application's caller in a JVM of its own, with one of its clients at a time. */
final class Caller {
    final Running running;
    final Admin admin;

    /** @param status 0 when the call ended with an exception, of which the body tells the causes */
    record Answer(int status, String body) {}

    record Loaded(int calls, int failed, String firstFailure) {}

    Caller(Fleet fleet, Running running) {
        this.running = running;
        this.admin = new Admin(fleet, running.pid());
    }

    private String[] ask(String... command) throws IOException, InterruptedException {
        running.tell(String.join("\t", command));
        return running.line().split("\t", -1);
    }

    Answer get(String url, String... headers) throws IOException, InterruptedException {
        return send("GET", url, headers);
    }

    /**
     * Waits until calls to a URL are answered. A call waits 5 s for what the application has to learn first; to learn it
     * takes longer where the machine is busy.
     */
    void knows(String url) {
        Until.so(url + " is answered", () -> get(url).status() == 200);
    }

    Answer post(String url, String... headers) throws IOException, InterruptedException {
        return send("POST", url, headers);
    }

    private Answer send(String method, String url, String... headers) throws IOException, InterruptedException {
        String line = String.join("\t", "send", method, url, "body of " + method);
        for (String header : headers) {
            line = line + "\t" + header;
        }
        String[] answer = ask(line);
        return answer[0].equals("answer")
                ? new Answer(Integer.parseInt(answer[1]), answer[2].replace("\\n", "\n"))
                : new Answer(0, String.join(" ", answer));
    }

    /** Makes calls and waits for all of them. */
    Loaded load(int inFlight, int calls, String method, String url) throws IOException, InterruptedException {
        return loaded(ask("load", "" + inFlight, "" + calls, method, url, "body"));
    }

    /** Makes as many calls at once; they are waited for elsewhere, and nothing else can be asked for until they end. */
    CompletableFuture<Loaded> atOnce(int calls, String method, String url) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return load(calls, calls, method, url);
            } catch (IOException | InterruptedException failed) {
                throw new CompletionException(failed);
            }
        });
    }

    /** Opens what an application may have beside its clients, which this server has a part in. */
    void others(String url) throws IOException, InterruptedException {
        assertEquals("open", ask("others", url)[0]);
    }

    /** Makes calls until {@link #stop}. */
    void start(int threads, String method, String url) throws IOException, InterruptedException {
        assertEquals("started", ask("start", "" + threads, method, url, "body")[0]);
    }

    int answered() throws IOException, InterruptedException {
        return Integer.parseInt(ask("answered")[1]);
    }

    Loaded stop() throws IOException, InterruptedException {
        return loaded(ask("stop"));
    }

    private static Loaded loaded(String[] line) {
        assertEquals("loaded", line[0], String.join(" ", line));
        return new Loaded(Integer.parseInt(line[1]), Integer.parseInt(line[2]), line[3]);
    }

    /** Goes on with another client. */
    void change(String client) throws IOException, InterruptedException {
        assertEquals("fresh", ask("fresh", client)[0]);
    }

    /** Goes on with another client, which has this proxy on this machine; {@link #change} leaves it. */
    void changeBehind(int proxy, String client) throws IOException, InterruptedException {
        assertEquals("fresh", ask("fresh", client, "" + proxy)[0]);
    }

    /** Goes on with a client that has no connection yet. */
    void fresh() throws IOException, InterruptedException {
        assertEquals("fresh", ask("fresh")[0]);
    }
}
