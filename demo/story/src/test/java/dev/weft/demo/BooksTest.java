package dev.weft.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class BooksTest {
    private static Call call(String orderId, long startedAt, long endedAt, int status) {
        return new Call("call", orderId, startedAt, endedAt, status, MissingNode.getInstance(), "");
    }

    @Test
    void onlyAnOrderThatWasUnderWayAtAKillMayFail() {
        long kill = System.nanoTime();
        var calls = List.of(
                call("cut-off", kill - 5, kill + 5, 502),
                call("before", kill - 9, kill - 1, 502),
                call("after", kill + 1, kill + 9, 502),
                call("", kill - 5, kill + 5, 502),
                call("fine", kill - 5, kill + 5, 201));

        var books = Books.of(calls, List.of(kill));

        assertEquals(3, books.failed());
        assertEquals(1, books.allowed());
        assertEquals(0.8, books.shareOfOrders(), 1e-9);
    }

    @Test
    void withoutAKillEveryFailureCounts() {
        var books = Books.of(List.of(call("order", 1, 9, 0), call("", 1, 9, 200)), List.of());

        assertEquals(1, books.failed());
        assertEquals(0, books.allowed());
    }
}
