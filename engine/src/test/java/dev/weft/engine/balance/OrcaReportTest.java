package dev.weft.engine.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports of load in the forms that Envoy takes. */
class OrcaReportTest {
    private static final List<String> NAMED = List.of("named_metrics.queue", "utilization.disk", "mem_utilization");

    /** The message with an entry for each field that is looked at. */
    private static byte[] message() {
        ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 0x09).putDouble(0.1);
        out.put((byte) 0x11).putDouble(0.2);
        out.put(new byte[] {0x18, (byte) 0x90, 0x03}); // rps, 400
        entry(out, 0x2A, "disk", 0.7);
        out.put((byte) 0x31).putDouble(50);
        out.put((byte) 0x39).putDouble(5);
        entry(out, 0x42, "queue", 0.6);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    private static void entry(ByteBuffer out, int tag, String key, double value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        out.put((byte) tag).put((byte) (name.length + 11));
        out.put((byte) 0x0A).put((byte) name.length).put(name);
        out.put((byte) 0x11).putDouble(value);
    }

    private static void same(double qps, double eps, double utilization, OrcaReport report) {
        assertNotNull(report);
        assertEquals(qps, report.qps());
        assertEquals(eps, report.eps());
        assertEquals(utilization, report.utilization());
    }

    @Test
    void theMessageItselfIsRead() {
        String base64 = Base64.getEncoder().encodeToString(message());
        same(50, 5, 0.1, OrcaReport.binary(base64, List.of()));
        same(50, 5, 0.7, OrcaReport.of("BIN " + base64, NAMED));
        same(50, 5, 0.2, OrcaReport.of("BIN " + base64.replace("=", ""), List.of("mem_utilization")));
    }

    @Test
    void textIsRead() {
        same(10, 2, 0.5, OrcaReport.of("TEXT cpu_utilization=0.5,rps_fractional=10, eps = 2", List.of()));
        same(10, 0, 0.9, OrcaReport.of("TEXT cpu_utilization=0.5,rps=10,named_metrics.queue=0.9", NAMED));
        same(10, 0, 0.3, OrcaReport.of("TEXT application_utilization=0.3,rps=10,named_metrics.queue=0.9", NAMED));
    }

    @Test
    void jsonIsReadWithBothNamesOfAField() {
        same(
                7,
                1,
                0.8,
                OrcaReport.of(
                        "JSON { \"rpsFractional\": 7, \"eps\":1e0, \"cpu_utilization\":0.1,"
                                + " \"utilization\": {\"disk\": 0.8, \"Tape\": 1}, \"namedMetrics\":{}, \"rps\":\"900\" }",
                        NAMED));
        same(0, 0, 0, OrcaReport.of("JSON {}", NAMED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TEXT",
                "TEXT ",
                "cpu_utilization=0.5",
                "text cpu_utilization=0.5",
                "TEXT cpu_utilization",
                "TEXT cpu_utilization=",
                "TEXT cpu_utilization=-1",
                "TEXT cpu_utilization=NaN",
                "TEXT cpu_utilization=Infinity",
                "TEXT cpu_utilization=0.5,cpu_utilization=0.6",
                "TEXT heat=0.5",
                "TEXT heat.cpu=0.5",
                "TEXT cpu_utilization=0.5,",
                "JSON ",
                "JSON [",
                "JSON {\"eps\"}",
                "JSON {\"eps\": }",
                "JSON {\"eps\": 1",
                "JSON {\"eps\": 1} 2",
                "JSON {\"eps\": 1,}",
                "JSON {\"e\\u0070s\": 1}",
                "JSON {\"utilization\": {\"disk\": {\"x\": 1}}}",
                "JSON {\"eps\": \"1}",
                "BIN %",
                "BIN CQ==",
                "BIN CwA=",
                "BIN KgUKAA=="
            })
    void whatCanNotBeReadSaysNothing(String header) {
        assertNull(OrcaReport.of(header, NAMED));
    }

    @Test
    void garbageNeverThrows() {
        Random random = new Random(3);
        byte[] message = message();
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = java.util.Arrays.copyOf(message, random.nextInt(message.length + 1));
            for (int j = 0; j < 3 && damaged.length > 0; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            OrcaReport report = OrcaReport.binary(Base64.getEncoder().encodeToString(damaged), NAMED);
            assertEquals(true, report == null || report.utilization() >= 0);
        }
        assertNull(OrcaReport.of("TEXT " + "named_metrics.x=1,".repeat(1000) + "eps=1", NAMED));
    }
}
