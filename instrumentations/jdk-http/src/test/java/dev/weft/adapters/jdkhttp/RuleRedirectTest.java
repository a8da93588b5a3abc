package dev.weft.adapters.jdkhttp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weft.engine.call.Refusal;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleRedirectTest {
    private static final HttpRequest ASKED = HttpRequest.newBuilder(URI.create("http://shop/a"))
            .header("Authorization", "Bearer secret")
            .header("Cookie", "session=1")
            .header("X-Team", "red")
            .build();

    private static HttpRequest next(String location, Redirect policy) {
        return RuleRedirect.next(
                Refusal.rule(Refusal.Details.REDIRECT, 302, "", List.of(new Refusal.Header("location", location)), ""),
                ASKED,
                policy);
    }

    @ParameterizedTest
    @CsvSource({
        "http://shop/b, true",
        "/b, true",
        "http://other/b, false",
        "https://shop/b, false",
        "http://shop:8080/b, false"
    })
    void whatIsMeantForOnePlaceIsNotTakenToAnother(String location, boolean same) {
        HttpRequest next = next(location, Redirect.NORMAL);
        assertNotNull(next);
        Set<String> expected = same ? Set.of("Authorization", "Cookie", "X-Team") : Set.of("X-Team");
        assertEquals(expected, next.headers().map().keySet());
    }

    @Test
    void aClientThatFollowsNothingGetsTheAnswer() {
        assertNull(next("/b", Redirect.NEVER));
    }
}
