package dev.weft.bootstrap;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;

/**
 * Initialising this class starts the agent, whose {@code Entry} does its part in the same way. A call
 * by reflection would say it more plainly, but on JDK 25 the method handles behind two such calls
 * cost more than all the rest of premain.
 */
final class Start {
    static {
        try {
            File jar = new File(Start.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            AgentLoader agent = new AgentLoader(jar, Premain.args, Premain.inst);
            Class.forName("dev.weft.agent.Entry", true, agent);
        } catch (IOException | URISyntaxException | ClassNotFoundException failed) {
            throw new ExceptionInInitializerError(failed);
        }
    }

    private Start() {}
}
