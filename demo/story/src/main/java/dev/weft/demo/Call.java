package dev.weft.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One call of a customer to the front page, and what came of it. {@code orderId} is empty unless it was an order. */
record Call(String kind, String orderId, long startedAt, long endedAt, int status, JsonNode body, String problem) {

    boolean good() {
        return status >= 200 && status < 300;
    }

    boolean isOrder() {
        return !orderId.isEmpty();
    }

    /** Which version of the order service took part, or "" for a call without one. */
    String version() {
        return body.path("version").asText("");
    }

    /** The processes of the product service that took part. */
    List<Long> productProcesses() {
        var found = new ArrayList<Long>();
        if (body.path("product").isNumber()) {
            found.add(body.path("product").asLong());
        }
        for (var product : body.path("products")) {
            found.add(product.path("process").asLong());
        }
        return found;
    }

    double milliseconds() {
        return (endedAt - startedAt) / 1e6;
    }
}
