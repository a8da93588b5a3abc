package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.telemetry.MetricWriter.Type;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void labelValuesComeBackAsTheyWere() {
        String value = "a\"b\\c\nd,e=\"f\"} 1";
        Exposition out = new Exposition();
        out.family("weft_x", Type.GAUGE, "Help with \\ and\nnew line and \"quotes\".")
                .sample(1.5, "name", value);
        assertEquals(Map.of("weft_x|name=" + value, 1.5), PrometheusText.read(out.toString()));
    }

    @Test
    void wholeNumbersAreWrittenWithoutAPoint() {
        assertEquals("3", Exposition.number(3));
        assertEquals("0.25", Exposition.number(0.25));
        assertEquals("+Inf", Exposition.number(Double.POSITIVE_INFINITY));
        assertEquals("NaN", Exposition.number(Double.NaN));
        assertEquals("123456789012", Exposition.number(123456789012d));
    }

    @Test
    void brokenNamesAreRefused() {
        Exposition out = new Exposition();
        assertThrows(IllegalArgumentException.class, () -> out.family("1x", Type.GAUGE, "h"));
        assertThrows(IllegalArgumentException.class, () -> out.family("a b", Type.GAUGE, "h"));
        out.family("a", Type.GAUGE, "h");
        assertThrows(IllegalArgumentException.class, () -> out.sample(1, "l"));
        assertThrows(IllegalArgumentException.class, () -> out.sample(1, "l:x", "v"));
        assertThrows(IllegalArgumentException.class, () -> out.family("a", Type.GAUGE, "h"));
    }

    @Test
    void histogramBucketsAddUp() {
        Histogram histogram = new Histogram();
        histogram.record(400_000);
        histogram.record(2_000_000);
        histogram.record(Long.MAX_VALUE / 4);
        Exposition out = new Exposition();
        histogram.write(out.family("weft_h", Type.HISTOGRAM, "Time."));
        Map<String, Double> samples = PrometheusText.read(out.toString());
        assertEquals(1, samples.get("weft_h_bucket|le=0.5"));
        assertEquals(1, samples.get("weft_h_bucket|le=1"));
        assertEquals(2, samples.get("weft_h_bucket|le=5"));
        assertEquals(2, samples.get("weft_h_bucket|le=3600000"));
        assertEquals(3, samples.get("weft_h_bucket|le=+Inf"));
        assertEquals(3, samples.get("weft_h_count"));
    }
}
