package dev.weft.agent;

/** The agent's version. */
final class Version {
    static final String OF_AGENT = "0.1.0";

    private Version() {}
}
