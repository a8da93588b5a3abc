package dev.weft.cli;

import dev.weft.protocol.local.AgentFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the doctor looks at in one application: its Java, its agent, and whether its class archive is in use. */
final class ApplicationCheck {
    private final RuntimeDirectory directory;
    private final Jvm jvm;

    ApplicationCheck(RuntimeDirectory directory, long pid) {
        this.directory = directory;
        this.jvm = new Jvm(pid);
    }

    List<Finding> findings() {
        if (!jvm.isAlive()) {
            return List.of(Finding.problem("no process " + jvm.pid() + " runs"));
        }
        var findings = new ArrayList<Finding>();
        try {
            findings.add(java());
            var agent = directory.agent(jvm.pid());
            findings.add(agent == null ? noAgent() : agent(agent));
            findings.add(sharing());
        } catch (IOException e) {
            findings.add(Finding.problem(String.valueOf(e.getMessage())));
        }
        return findings;
    }

    private Finding java() throws IOException {
        var release = jvm.release();
        int feature = jvm.feature();
        var shown = "Java " + release.getProperty("JAVA_VERSION", "(unknown version)");
        if (feature > 0 && feature < 17) {
            return Finding.problem(shown + ": the agent needs 17 or newer; this application runs as without it");
        }
        var modules = List.of(release.getProperty("MODULES", "").split(" "));
        if (modules.size() > 1 && !modules.contains("java.instrument")) {
            return Finding.problem(shown + " lacks the module java.instrument: a JVM with -javaagent ends before main."
                    + " Add java.instrument to the jlink command that made it");
        }
        return Finding.ok(shown + (jvm.home() == null ? "" : " in " + jvm.home()));
    }

    private static Finding agent(AgentFile agent) {
        var shown = "agent of service " + agent.service() + ", admin endpoint " + agent.admin();
        try {
            var ready = Endpoint.parse(agent.admin()).get("/ready", "text/plain");
            return ready.status() == 200
                    ? Finding.ok(shown + ": ready")
                    : Finding.problem(shown + ": not ready: " + ready.body().strip());
        } catch (IOException e) {
            return Finding.problem(shown + ": " + e.getMessage());
        }
    }

    private Finding noAgent() throws IOException {
        boolean named = jvm.flags().stream().anyMatch(f -> f.startsWith("-javaagent:") && f.contains("weft"));
        return named
                ? Finding.problem("started with -javaagent, but the agent left no word in " + directory.path()
                        + ". Either it knew no control plane when it started (none of this user's ran here and"
                        + " WEFT_CONTROL_PLANE named none: then it stays out of the way), or its WEFT_RUNTIME_DIR is"
                        + " another one, or its admin endpoint is switched off (admin=false); else its log says why")
                : Finding.note("no agent: started without -javaagent:weft-agent.jar; 'weft attach " + jvm.pid()
                        + "' puts one in");
    }

    private Finding sharing() throws IOException {
        var sharing = jvm.sharing();
        return sharing == null
                ? Finding.note("class archive: can't tell, the application runs with -XX:-UsePerfData")
                : sharing.judge();
    }
}
