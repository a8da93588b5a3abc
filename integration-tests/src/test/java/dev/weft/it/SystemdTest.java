package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as a service whose sockets listen before it runs, and whose processes follow each other. */
class SystemdTest {
    private static final Path SYSTEMD =
            Path.of("src", "test", "resources", "systemd.py").toAbsolutePath();

    @TempDir
    static Path folder;

    private static String word(String line, int which) {
        return line.split(" ")[which];
    }

    @Test
    void whoConnectsBeforeItRunsIsServedAndItTellsHowItStands() throws Exception {
        Programs.need("python3");
        try (Fleet fleet = new Fleet(folder)) {
            ControlPlane controlPlane = fleet.controlPlane();
            Running systemd = fleet.own(new Jvm(fleet.folder)
                    .under(List.of("python3", SYSTEMD.toString(), fleet.folder.toString()))
                    .jar(
                            "systemd",
                            Jvm.PROXY,
                            "--service",
                            "unit",
                            "--port",
                            String.valueOf(fleet.outsider("behind").port()),
                            "--inbound",
                            "127.0.0.1:{0}",
                            "--outbound",
                            "127.0.0.1:{1}",
                            "--admin.address",
                            "127.0.0.1:{2}",
                            "--address",
                            "127.0.0.1",
                            "--hot.restart",
                            fleet.folder.resolve("unit.sock").toString(),
                            "--drain",
                            "1s"));
            int inbound = Integer.parseInt(word(systemd.line("listening "), 1));
            try (Socket early = new Socket(InetAddress.getLoopbackAddress(), inbound)) {
                early.setSoTimeout(180_000);
                early.getOutputStream()
                        .write("GET /id HTTP/1.1\r\nHost: unit\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
                systemd.tell("start");
                String first = word(systemd.line("started "), 1);
                assertEquals("told " + first + " READY=1 MAINPID=" + first, systemd.line("told "));
                String answer = new String(early.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("behind"), answer);
                fleet.up(controlPlane, "unit", 1);

                systemd.tell("start");
                String second = word(systemd.line("started "), 1);
                assertEquals("told " + second + " READY=1 MAINPID=" + second, systemd.line("told "));
                assertEquals("ended " + first + " 0", systemd.line("ended "), "after the main process was another");
                assertEquals(
                        "behind", Web.get("http://127.0.0.1:" + inbound + "/id").body());

                systemd.tell("stop");
                assertEquals("told " + second + " STOPPING=1", systemd.line("told "));
                assertEquals("ended " + second + " 143", systemd.line("ended "));
            }
            assertTrue(!systemd.said().contains("systemd does"), systemd.said());
        }
    }
}
