package dev.weft.agent.apps;

import java.util.logging.LogManager;

/** Says so when it is made. */
public final class TellingLogManager extends LogManager {
    public TellingLogManager() {
        System.out.println("LogManager made");
    }
}
