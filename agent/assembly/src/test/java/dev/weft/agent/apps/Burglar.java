package dev.weft.agent.apps;

import java.lang.reflect.InaccessibleObjectException;

/** Tries to reach into java.lang. */
public final class Burglar {
    private Burglar() {}

    public static void main(String[] args) throws Exception {
        System.out.println(Object.class.getModule().isOpen("java.lang", Burglar.class.getModule()));
        try {
            ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class).setAccessible(true);
            System.out.println("inside");
        } catch (InaccessibleObjectException e) {
            System.out.println("refused");
        }
    }
}
