package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A web application comes and goes in one Tomcat; the agent holds none of its class loaders. */
class RedeployTest {
    private static final int TIMES = Integer.getInteger("redeployments", 10);

    @TempDir
    Path folder;

    @Test
    void aWebApplicationThatCallsOthersIsUnloadedEachTime() throws Exception {
        try (Fleet fleet = new Fleet(folder)) {
            ControlPlane controlPlane = fleet.controlPlane();
            fleet.server("shop", "one");
            fleet.up(controlPlane, "shop", 1);
            Running tomcat = fleet.own(new Jvm(fleet.folder)
                    .option("-XX:SoftRefLRUPolicyMSPerMB=0")
                    .option("-XX:MetaspaceSize=256m") // the collection that counts is the last one
                    .agent("service", "tomcat")
                    .run(
                            "tomcat",
                            "sample.Redeployments",
                            webApplication().toString(),
                            String.valueOf(TIMES),
                            "http://shop/id"));
            for (int i = 0; i < TIMES; i++) {
                assertEquals("answered one one one one one one own", tomcat.line("answered"));
            }
            Admin admin = new Admin(fleet, tomcat.pid());
            String woven = admin.ask("/weaving").body();
            assertTrue(woven.contains("ParallelWebappClassLoader"), woven);
            String[] last = new String[1];
            Until.so("no loader is left, " + TIMES + " were there", () -> {
                tomcat.tell("count");
                last[0] = tomcat.line("alive");
                return last[0].equals("alive 0");
            });
        }
    }

    private Path webApplication() throws Exception {
        Path application = folder.resolve("application");
        Path classes = Files.createDirectories(application.resolve("WEB-INF/classes/webapp"));
        try (var compiled = Files.list(Jvm.CLASSES.resolve("webapp"))) {
            for (Path one : compiled.toList()) {
                Files.copy(one, classes.resolve(one.getFileName()));
            }
        }
        Path libraries = Files.createDirectories(application.resolve("WEB-INF/lib"));
        for (String jar : Libraries.clients()) {
            Files.copy(Path.of(jar), libraries.resolve(Path.of(jar).getFileName()));
        }
        return application.toAbsolutePath();
    }
}
