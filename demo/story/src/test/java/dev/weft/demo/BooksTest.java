package dev.weft.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BooksTest {
    private static final Kill KILL = new Kill(Long.MAX_VALUE - 20, Long.MIN_VALUE + 20);

    private static Call call(String orderId, long startedAt, long endedAt, int status, String problem) {
        return new Call("call", orderId, startedAt, endedAt, status, MissingNode.getInstance(), problem);
    }

    /** What the front page answers when an order fails that way. */
    private static String failed(String method, String url, String why) {
        return ("{\"cause\":\"front: org.springframework.web.client.HttpServerErrorException$BadGateway: 502 : "
                        + "\\\"{\\\"cause\\\":\\\"order: org.springframework.web.client.ResourceAccessException: "
                        + "I/O error on %s request for \\\\\\\"%s\\\\\\\": %s\\\"}\\\"\"}")
                .formatted(method, url, why);
    }

    private static String reservation(String why) {
        return failed("POST", "http://product/reservations", why);
    }

    private static Books atTheKill(String problem) {
        return Books.of(List.of(call("order", KILL.sent() - 5, KILL.gone() + 5, 502, problem)), List.of(KILL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "product:80 failed to respond",
                "Connection reset",
                "Connection reset by peer",
                "Broken pipe",
                "Connection closed"
            })
    void aReservationThatWasCutOffByAKillMayFail(String why) {
        assertEquals(new Books(1, 1, 0, 1), atTheKill(reservation(why)));
    }

    @Test
    void nothingElseThatFailsAtAKillMay() {
        for (var problem : List.of(
                reservation("Connect to http://product:80 failed: Connection refused"),
                reservation("Read timed out"),
                failed("GET", "http://product/products/tea", "Connection reset"),
                failed("POST", "http://product/others", "Connection reset"),
                failed("POST", "http://order/orders", "Connection reset"),
                "{\"cause\":\"front: I/O error on POST request for \\\"http://order/orders\\\": Connection reset\"}",
                "")) {
            assertEquals(new Books(1, 1, 1, 0), atTheKill(problem), problem);
        }
        var quote = call("", KILL.sent() - 5, KILL.gone() + 5, 502, reservation("Connection reset"));
        assertEquals(new Books(1, 0, 1, 0), Books.of(List.of(quote), List.of(KILL)));
    }

    @Test
    void onlyWhatWasUnderWayWhileTheProcessDiedMayFail() {
        var why = reservation("Connection reset");
        var calls = List.of(
                call("before", KILL.sent() - 9, KILL.sent() - 1, 502, why),
                call("at the signal", KILL.sent() - 9, KILL.sent(), 502, why),
                call("between", KILL.sent() + 9, KILL.gone() - 9, 502, why),
                call("at the end", KILL.gone(), KILL.gone() + 9, 502, why),
                call("after", KILL.gone() + 1, KILL.gone() + 9, 502, why),
                call("fine", KILL.sent() - 5, KILL.gone() + 5, 201, ""),
                call("", KILL.sent() - 5, KILL.gone() + 5, 200, ""));

        var books = Books.of(calls, List.of(KILL));

        assertEquals(new Books(7, 6, 2, 3), books);
        assertEquals(6.0 / 7, books.shareOfOrders(), 1e-9);
        assertEquals(new Books(7, 6, 5, 0), Books.of(calls, List.of()));
    }
}
