package dev.weft.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the work of a request that arrives was tried before. */
class AttemptsTest {
    @ParameterizedTest
    @CsvSource({
        "x-weft-previous-attempts, 2, 2",
        "x-envoy-attempt-count, 1, 0",
        "x-envoy-attempt-count, 3, 2",
        "x-envoy-attempt-count, 0, 0",
        "grpc-previous-rpc-attempts, 1, 1",
        "x-weft-previous-attempts, 99999999999999999999, 127",
        "x-weft-previous-attempts, -1, 0",
        "x-weft-previous-attempts, 1x, 0",
        "x-weft-previous-attempts, '', 0"
    })
    void whatOneHeaderSays(String name, String value, int before) {
        assertEquals(before, Attempts.arriving(Map.of(name, value)::get));
    }

    @ParameterizedTest
    @CsvSource({"4, 2, 0, 4", "0, 6, 1, 5", "1, 1, 3, 3"})
    void theLargestCounts(String all, String envoy, String grpc, int before) {
        Map<String, String> headers = Map.of(
                "x-weft-previous-attempts", all, "x-envoy-attempt-count", envoy, "grpc-previous-rpc-attempts", grpc);
        assertEquals(before, Attempts.arriving(headers::get));
    }
}
