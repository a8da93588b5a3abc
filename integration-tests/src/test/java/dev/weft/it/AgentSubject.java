package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
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
        if (got[0].equals("answer")) {
            return new Got(Integer.parseInt(got[1]), got[2], got[3], "");
        }
        // The library looks for the host by itself only where the call passes; a refusal of the mesh says why.
        String failure = String.join(" ", got);
        boolean passed = failure.contains(UnresolvedAddressException.class.getName());
        return new Got(0, "", "", passed ? Got.PASSED : failure);
    }

    @Override
    public void close() {
        running.close();
    }
}
