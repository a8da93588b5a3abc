package dev.weft.bootstrap;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;

/**
 * Starts the agent, each time in a loader of its own, by initialising its {@code Entry}. A call by
 * reflection would say it more plainly, but on JDK 25 the method handles behind two such calls
 * cost more than all the rest of premain.
 */
final class Start implements Runnable {
    static {
        Premain.start = new Start();
    }

    private Start() {}

    @Override
    public void run() {
        try {
            File jar = new File(Start.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            AgentLoader agent = new AgentLoader(jar, Premain.args, Premain.inst, Premain.late);
            Class.forName("dev.weft.agent.Entry", true, agent);
        } catch (IOException | URISyntaxException | ClassNotFoundException failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }
}
