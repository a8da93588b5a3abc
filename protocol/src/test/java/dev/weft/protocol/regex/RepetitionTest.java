package dev.weft.protocol.regex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepetitionTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "/api/v[0-9]+ -> 1",
                "a{3} -> 3",
                "a{3,} -> 3",
                "a{2,7}b{5} -> 7",
                "(a{30}b){40} -> 1200",
                "((a{10}){10}c{3}){10} -> 1000",
                "[a-z]{1,63}(\\.[a-z]{1,63}){1,10} -> 630",
                "[]{9}]{4} -> 4",
                "\\(a{30}\\){40} -> 40",
                "x{y} -> 1",
                "(a{1,999}){1,999} -> 10000",
                "(a{5} -> 5",
            })
    void nestedCountsAreMultiplied(String regex, int expected) {
        assertEquals(expected, Repetition.of(regex));
    }
}
