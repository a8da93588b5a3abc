package dev.weft.control.api;

import dev.weft.control.http.Exchange;
import dev.weft.control.http.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request that has found its operation.
 *
 * @param names what stands in the places that the path leaves open
 */
record Call(Request request, Map<String, String> names, Exchange exchange) {
    String name(String place) {
        String name = names.get(place);
        if (name == null) {
            throw new IllegalArgumentException("the path leaves no place for " + place);
        }
        return name;
    }

    @Nullable
    String parameter(String name) {
        return request.query().get(name);
    }

    /** A parameter that is true or false; absent is false, there is true. */
    boolean isSet(String name) throws ProblemException {
        String value = parameter(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true")) {
            return true;
        }
        throw new ProblemException(400, "parameter " + name + " must be true or false");
    }

    boolean accepts(String type) {
        String accept = request.header("accept");
        return accept != null && accept.contains(type);
    }

    /** Whether a stream of changes is asked for instead of a list. */
    boolean isWatch() throws ProblemException {
        boolean isAsked = isSet("watch") || accepts("text/event-stream");
        return isAsked && !request.method().equals("HEAD");
    }
}
