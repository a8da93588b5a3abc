package dev.weft.agent;

/**
 * That the agent is in this JVM, as premain and whoever attaches know it: the one by a mark, the other
 * by a system property, because that is what one process may read of another.
 */
final class Presence {
    private static final String WORD = "dev.weft.agent";

    private Presence() {}

    /** @param where the address of the admin endpoint, or that there is none */
    static void at(String where) {
        System.setProperty(WORD, "at work, " + where);
    }

    /** There is nothing to do for an agent: it may come again, better told. */
    static void refused(String why) {
        System.setProperty(WORD, "not started: " + why);
        allow();
    }

    /** Nothing is left; the agent may come again. */
    static void gone() {
        System.clearProperty(WORD);
        allow();
    }

    static void allow() {
        if (Presence.class.getClassLoader() instanceof Runnable premain) {
            premain.run();
        }
    }
}
