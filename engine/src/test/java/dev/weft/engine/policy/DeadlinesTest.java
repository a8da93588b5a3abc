package dev.weft.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlinesTest {
    private static final long NONE = Deadlines.NONE;

    @ParameterizedTest
    @CsvSource({
        "1n, 1",
        "99999999n, 99999999",
        "2u, 2000",
        "3m, 3000000",
        "4S, 4000000000",
        "5M, 300000000000",
        "1H, 3600000000000",
        "0m, 0"
    })
    void grpcsValuesAreRead(String text, long nanos) {
        assertEquals(nanos, Deadlines.grpc(text));
    }

    @ParameterizedTest
    @CsvSource({"''", "5", "S", "1s", "-1S", "1.5S", "123456789S", "99999999H", "5 S"})
    void whatIsNoValueIsNoLimit(String text) {
        assertEquals(NONE, Deadlines.grpc(text));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1n",
        "99999999, 99999999n",
        "100000000, 100000u",
        "2500000000, 2500000u",
        "9000000000000000, 9000000S"
    })
    void valuesAreWrittenAsExactlyAsEightDigitsAllow(long nanos, String text) {
        assertEquals(text, Deadlines.grpc(nanos));
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500000000", "0, " + Long.MAX_VALUE, "-1, " + Long.MAX_VALUE, "x, " + Long.MAX_VALUE})
    void envoysValueIsInMilliseconds(String text, long nanos) {
        assertEquals(nanos, Deadlines.expected(text));
    }
}
