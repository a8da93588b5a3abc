package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** An application of the JDK's client with the agent. */
final class AgentSubject implements Subject {
    private final Running running;

    private AgentSubject(Running running) {
        this.running = running;
    }

    static Subject start(Fleet fleet, String xds) throws IOException, InterruptedException {
        Running running = fleet.own(new Jvm(fleet.folder)
                .agent("control.plane", xds)
                .agent("control.profile", "envoy")
                .agent("tracing", "false")
                .agent("service", "asker")
                .run("asker", "sample.Asker"));
        assertEquals("ready", running.line());
        return new AgentSubject(running);
    }

    @Override
    public Got call(Asked asked) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(asked.method(), asked.url(), asked.body()));
        asked.headers().forEach((name, value) -> words.add(name + "=" + value));
        running.tell(String.join("\t", words));
        String[] got = running.line().split("\t", -1);
        return got[0].equals("answer")
                ? new Got(Integer.parseInt(got[1]), got[2], got[3], "")
                : new Got(0, "", "", String.join(" ", got));
    }

    @Override
    public void close() {
        running.close();
    }
}
