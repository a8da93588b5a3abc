package dev.weft.cli;

/** One line of the doctor: what was looked at, and what to do when it is not as it should be. */
record Finding(Level level, String text) {
    enum Level {
        OK("ok     "),
        NOTE("note   "),
        PROBLEM("PROBLEM");

        private final String shown;

        Level(String shown) {
            this.shown = shown;
        }
    }

    static Finding ok(String text) {
        return new Finding(Level.OK, text);
    }

    static Finding note(String text) {
        return new Finding(Level.NOTE, text);
    }

    static Finding problem(String text) {
        return new Finding(Level.PROBLEM, text);
    }

    @Override
    public String toString() {
        return level.shown + "  " + text;
    }
}
