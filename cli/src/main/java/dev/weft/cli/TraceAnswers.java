package dev.weft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the agents that were asked remember of one trace.
 *
 * @param silent agents that gave no answer, one line each
 */
record TraceAnswers(String id, List<Answer> answers, List<String> silent) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-.*");

    /** What one agent remembers: its {@code spans}, as its admin endpoint writes them. */
    record Answer(String who, JsonNode spans) {}

    /** The trace id in what somebody copied from a log or a header; null when there is none. */
    static @Nullable String parse(String text) {
        var lower = text.strip().toLowerCase(Locale.ROOT);
        var header = TRACEPARENT.matcher(lower);
        var id = header.matches() ? header.group(1) : lower;
        return id.matches("[0-9a-f]{32}") ? id : null;
    }

    /** @param whom null for every agent of this user */
    static TraceAnswers ask(String id, @Nullable Target whom) throws IOException {
        var answers = new ArrayList<Answer>();
        var silent = new ArrayList<String>();
        if (whom != null) {
            answers.add(answer(id, whom.endpoint(), name(whom)));
            return new TraceAnswers(id, answers, silent);
        }
        var directory = RuntimeDirectory.ofUser();
        var agents = directory.agents();
        if (agents.isEmpty()) {
            throw new Unreachable("no agent has left word in " + directory.path() + "; name one with --pid or --admin");
        }
        for (var agent : agents) {
            try {
                answers.add(answer(id, Endpoint.parse(agent.admin()), name(agent)));
            } catch (IOException gone) {
                silent.add(name(agent) + ": " + gone.getMessage());
            }
        }
        return new TraceAnswers(id, answers, silent);
    }

    private static String name(Target whom) throws IOException {
        var agent = whom.admin != null ? Target.agentAt(whom.admin) : Target.agent(whom.pid == null ? -1 : whom.pid);
        return agent == null ? String.valueOf(whom.admin) : name(agent);
    }

    private static String name(AgentFile agent) {
        return agent.service() + " (process " + agent.pid() + ")";
    }

    private static Answer answer(String id, Endpoint admin, String who) throws IOException {
        var reply = admin.get("/traces/" + id, "application/json");
        if (reply.status() != 200) {
            throw new IOException(admin.shown() + " answered " + reply.status() + ": "
                    + reply.body().strip());
        }
        return new Answer(who, JSON.readTree(reply.body()).path("spans"));
    }

    boolean found() {
        return answers.stream().anyMatch(answer -> !answer.spans().isEmpty());
    }

    /** {@code {"traceId": ..., "agents": [{"agent": ..., "spans": [...]}]}}. */
    String json() throws JsonProcessingException {
        var all = JSON.createObjectNode().put("traceId", id);
        var agents = all.putArray("agents");
        for (var answer : answers) {
            if (!answer.spans().isEmpty()) {
                agents.addObject().put("agent", answer.who()).set("spans", answer.spans());
            }
        }
        return JSON.writeValueAsString(all);
    }
}
