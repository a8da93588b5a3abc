package dev.weft.engine.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.engine.PlainGet;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.HeaderWriter;
import dev.weft.engine.trace.Propagation.Format;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PropagationTest {
    private static final String TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
    private static final String SPAN = "e457b5a2e4d86bd1";
    private static final String PARENT = "05e3ac9a4f6e3b90";
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Random seeded = new Random(4);
    private final RandomSource random = new RandomSource() {
        @Override
        public int below(int bound) {
            return seeded.nextInt(bound);
        }

        @Override
        public long bits() {
            return seeded.nextLong();
        }
    };

    /** An outgoing request whose headers are seen through the writer too, or aren't. */
    private static final class Outgoing implements PlainGet, HeaderWriter {
        private final Map<String, String> headers = new TreeMap<>();

        @Override
        public boolean contains(String name) {
            return headers.containsKey(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public void set(String name, String value) {
            headers.put(name.toLowerCase(Locale.ROOT), value);
        }

        @Override
        public void add(String name, String value) {
            set(name, value);
        }

        @Override
        public void remove(String name) {
            headers.remove(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public String host() {
            return "order";
        }
    }

    private static Propagation of(Format... formats) {
        return new Propagation(Arrays.asList(formats));
    }

    private static Arrival arrival(Propagation propagation, String... headers) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return propagation.arrival(map::get);
    }

    private Map<String, String> sent(
            Propagation propagation, double ratio, @Nullable TraceContext current, Outgoing out) {
        Ambient ambient = new Ambient(() -> false, propagation, ratio);
        ambient.set(current);
        ClientSpan span = ClientSpan.begin(ambient, random, out);
        if (span != null) {
            span.inject(out, out);
        }
        return out.headers;
    }

    @ParameterizedTest
    @CsvSource({
        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90, 80f198ee56343ba864fe8b2a57d3eff7, true",
        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-0, 80f198ee56343ba864fe8b2a57d3eff7, false",
        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-d, 80f198ee56343ba864fe8b2a57d3eff7, true",
        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1, 80f198ee56343ba864fe8b2a57d3eff7, true",
        "64fe8b2a57d3eff7-e457b5a2e4d86bd1-1, 000000000000000064fe8b2a57d3eff7, true"
    })
    void theSingleHeaderIsRead(String header, String traceId, boolean sampled) {
        for (Format format : List.of(Format.B3, Format.B3MULTI)) {
            TraceContext caller = arrival(of(format), "b3", header).caller();
            assertNotNull(caller);
            assertEquals(traceId, caller.traceId());
            assertEquals(SPAN, TraceContext.spanText(caller.spanId()));
            assertEquals(sampled, caller.sampled());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "x",
                "80f198ee56343ba864fe8b2a57d3eff7",
                "80f198ee56343ba864fe8b2a57d3eff7-e457-1",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-x",
                "zzf198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1",
                "00000000000000000000000000000000-e457b5a2e4d86bd1-1",
                "80f198ee56343ba864fe8b2a57d3eff7-0000000000000000-1",
                "80f198ee56343ba864fe8b2a57d3ef-e457b5a2e4d86bd1-1"
            })
    void aBrokenSingleHeaderIsNone(String header) {
        Arrival arrival = arrival(of(Format.B3), "b3", header);
        assertNull(arrival.caller());
        assertNull(arrival.sampled());
    }

    @Test
    void theSeveralHeadersAreRead() {
        TraceContext caller = arrival(
                        of(Format.B3MULTI),
                        "x-b3-traceid",
                        TRACE,
                        "x-b3-spanid",
                        SPAN,
                        "x-b3-parentspanid",
                        PARENT,
                        "x-b3-sampled",
                        "0")
                .caller();
        assertNotNull(caller);
        assertEquals(TRACE, caller.traceId());
        assertFalse(caller.sampled());
        TraceContext debugged = arrival(
                        of(Format.B3MULTI), "x-b3-traceid", TRACE, "x-b3-spanid", SPAN, "x-b3-flags", "1")
                .caller();
        assertNotNull(debugged);
        assertTrue(debugged.sampled());
    }

    @Test
    void aDecisionWithoutAPlaceIsFollowed() {
        Ambient ambient = new Ambient(() -> false, of(Format.B3), 1);
        assertFalse(arrival(of(Format.B3), "b3", "0").served(1, 2, 3, ambient).sampled());
        assertFalse(arrival(of(Format.B3MULTI), "x-b3-sampled", "0")
                .served(1, 2, 3, ambient)
                .sampled());
        Ambient none = new Ambient(() -> false, of(Format.B3), 0);
        assertTrue(arrival(of(Format.B3), "b3", "1").served(1, 2, 3, none).sampled());
    }

    @Test
    void ofSeveralFormatsTheLastOfTheListCounts() {
        String[] both = {"traceparent", TRACEPARENT, "b3", TRACE + "-" + SPAN + "-1"};
        TraceContext b3 = arrival(of(Format.TRACECONTEXT, Format.B3), both).caller();
        TraceContext w3c = arrival(of(Format.B3, Format.TRACECONTEXT), both).caller();
        assertNotNull(b3);
        assertNotNull(w3c);
        assertEquals(TRACE, b3.traceId());
        assertEquals("0af7651916cd43dd8448eb211c80319c", w3c.traceId());
        TraceContext only = arrival(of(Format.TRACECONTEXT, Format.B3), "traceparent", TRACEPARENT)
                .caller();
        assertNotNull(only);
        assertEquals("0af7651916cd43dd8448eb211c80319c", only.traceId());
    }

    @Test
    void byDefaultNothingButW3cTraceContextIsReadAndSent() {
        Arrival arrival = arrival(Propagation.W3C, "b3", TRACE + "-" + SPAN + "-1", "baggage", "a=b");
        assertNull(arrival.caller());
        assertEquals("", arrival.baggage());
        TraceContext current = new TraceContext(1, 2, 3, true, "s=1", "a=b");
        assertEquals(
                List.of("traceparent", "tracestate"),
                List.copyOf(sent(Propagation.W3C, 1, current, new Outgoing()).keySet()));
    }

    @Test
    void b3IsSentInTheFormThatIsConfigured() {
        TraceContext current = new TraceContext(1, 2, 3, true, "");
        String single = sent(of(Format.B3), 1, current, new Outgoing()).get("b3");
        assertTrue(single.matches("00000000000000010000000000000002-[0-9a-f]{16}-1"), single);
        Map<String, String> several = sent(of(Format.B3MULTI), 1, current, new Outgoing());
        assertEquals(List.of("x-b3-sampled", "x-b3-spanid", "x-b3-traceid"), List.copyOf(several.keySet()));
        assertEquals("00000000000000010000000000000002", several.get("x-b3-traceid"));
        TraceContext unsampled = new TraceContext(1, 2, 3, false, "");
        assertTrue(sent(of(Format.B3), 1, unsampled, new Outgoing()).get("b3").endsWith("-0"));
    }

    @Test
    void whatIsSentIsReadAsTheSamePlace() {
        Map<String, String> all = sent(of(Format.TRACECONTEXT, Format.B3, Format.B3MULTI), 1, null, new Outgoing());
        TraceContext w3c = Propagation.W3C.arrival(all::get).caller();
        assertNotNull(w3c);
        assertEquals(w3c, of(Format.B3).arrival(all::get).caller());
        assertEquals(
                w3c,
                of(Format.B3MULTI)
                        .arrival(name -> name.equals("b3") ? null : all.get(name))
                        .caller());
    }

    @Test
    void baggageIsCarriedAsItCame() {
        Propagation both = of(Format.TRACECONTEXT, Format.BAGGAGE);
        Arrival arrival = arrival(both, "traceparent", TRACEPARENT, "baggage", "user=1;p=q, tier=gold");
        TraceContext served = arrival.served(1, 2, 3, new Ambient(() -> false));
        assertEquals(
                "user=1;p=q, tier=gold", sent(both, 1, served, new Outgoing()).get("baggage"));
        TraceContext alone = arrival(both, "baggage", "a=b").served(1, 2, 3, new Ambient(() -> false));
        assertEquals("a=b", sent(both, 1, alone, new Outgoing()).get("baggage"));
        assertFalse(sent(both, 1, new TraceContext(1, 2, 3, true, ""), new Outgoing())
                .containsKey("baggage"));
        assertEquals("", arrival(both, "baggage", "a=" + "b".repeat(8200)).baggage());
    }

    @Test
    void theApplicationsOwnHeadersAreLeftAlone() {
        TraceContext current = new TraceContext(1, 2, 3, true, "", "a=b");
        Outgoing own = new Outgoing();
        own.set("baggage", "c=d");
        assertEquals(
                "c=d",
                sent(of(Format.TRACECONTEXT, Format.BAGGAGE), 1, current, own).get("baggage"));
        Outgoing traced = new Outgoing();
        traced.set("b3", "0");
        assertEquals(Map.of("b3", "0"), sent(of(Format.B3), 1, current, traced));
    }

    @Test
    void aTracerWithinTheLibraryWins() {
        Outgoing library = new Outgoing();
        Ambient ambient = new Ambient(() -> false, of(Format.B3, Format.TRACECONTEXT), 1);
        ClientSpan span = ClientSpan.begin(ambient, random, library);
        assertNotNull(span);
        library.set("X-B3-TraceId", TRACE);
        span.inject(library, library);
        assertEquals(Map.of("x-b3-traceid", TRACE), library.headers);
    }

    @Test
    void aShareOfTheTracesThatBeginHereIsSampled() {
        Ambient ambient = new Ambient(() -> false, Propagation.W3C, 0.25);
        int sampled = 0;
        for (int i = 0; i < 10_000; i++) {
            ClientSpan span = ClientSpan.begin(ambient, random, new Outgoing());
            assertNotNull(span);
            sampled += span.sampled() ? 1 : 0;
        }
        assertTrue(sampled > 2200 && sampled < 2800, sampled + " of 10000");
        ambient.set(new TraceContext(1, -1, 3, true, ""));
        ClientSpan child = ClientSpan.begin(ambient, random, new Outgoing());
        assertNotNull(child);
        assertTrue(child.sampled(), "a caller's decision is followed");
        assertEquals(
                "ratio: 1.5 is not between 0 and 1",
                assertThrows(IllegalArgumentException.class, () -> new Ambient(() -> false, Propagation.W3C, 1.5))
                        .getMessage());
    }
}
