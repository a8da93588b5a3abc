package dev.weft.agent;

import dev.weft.engine.Engine;

/** Whether calls pass: by the word of whoever is at this machine, of the control plane, or because the agent leaves. */
final class Pausing {
    private final Engine engine;
    private boolean here;
    private boolean there;
    private boolean leaving;

    Pausing(Engine engine) {
        this.engine = engine;
    }

    /** The word of the admin endpoint. */
    synchronized void here(boolean on) {
        here = on;
        settle();
    }

    /** The control plane's word. */
    synchronized void there(boolean on) {
        there = on;
        settle();
    }

    synchronized boolean isThere() {
        return there;
    }

    /** From now on nothing changes it any more. */
    synchronized void leave() {
        leaving = true;
        settle();
    }

    private void settle() {
        engine.pause(here || there || leaving);
    }
}
