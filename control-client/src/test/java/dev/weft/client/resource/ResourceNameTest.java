package dev.weft.client.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResourceNameTest {
    @ParameterizedTest
    @CsvSource({
        "xdstp://a/t/id?b=2&a=1, xdstp://a/t/id?a=1&b=2",
        "xdstp://a/t/id?a=1&b=2, xdstp://a/t/id?a=1&b=2",
        "xdstp://a/t/id?ab=1&a=2, xdstp://a/t/id?a=2&ab=1",
        "xdstp://a/t/id?b&a#z=1?, xdstp://a/t/id?a&b#z=1?",
        "xdstp://a/t/id?, xdstp://a/t/id?",
        "xdstp://a/t/id, xdstp://a/t/id",
        "outbound|80||a?b=2&a=1, outbound|80||a?b=2&a=1",
    })
    void parametersStandInTheOrderOfTheirKeys(String name, String canonical) {
        assertEquals(canonical, ResourceName.canonical(name));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "nobody",
            value = {
                "xdstp://a.example/t/id?b=2, a.example",
                "xdstp://a.example, a.example",
                "xdstp:///t/id, ''",
                "xdstp:/t/id, ''",
                "outbound|80||a, nobody",
                "http://a/b, nobody"
            })
    void theAuthorityStandsBehindTheScheme(String name, @Nullable String authority) {
        assertEquals(authority, ResourceName.authority(name));
    }
}
