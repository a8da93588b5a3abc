package sample;

import java.util.logging.LogManager;

/** An application: says what it sees, one fact a line. */
public final class App {
    private App() {}

    public static void main(String[] args) {
        System.out.println("call: " + new Phone("7").call("local", 1, 0));
        Module java = Object.class.getModule();
        System.out.println("open to app: " + java.isOpen("java.lang", App.class.getModule()));
        System.out.println("open to platform: "
                + java.isOpen("java.lang", ClassLoader.getPlatformClassLoader().getUnnamedModule()));
        System.out.println("agent seen: " + seen("dev.weft.agent.Agent") + seen("org.objectweb.asm.ClassReader"));
        System.out.println("log manager made: " + System.getProperty("sample.log.manager"));
        if (args.length > 0) {
            System.out.println(
                    "log manager: " + LogManager.getLogManager().getClass().getSimpleName());
        }
    }

    private static boolean seen(String name) {
        try {
            Class.forName(name);
            return true;
        } catch (ClassNotFoundException expected) {
            return false;
        }
    }

    /** The log manager of an application. */
    public static final class Loud extends LogManager {
        public Loud() {
            System.setProperty("sample.log.manager", "made"); // a field would initialise the class when it is read
        }
    }
}
