package dev.weft.control.api;

import dev.weft.control.http.Response;
import java.util.List;

/** A request can't be done; it holds the answer that says why. */
final class ProblemException extends Exception {
    private final transient Response response;

    ProblemException(int status, String detail) {
        this(status, detail, List.of());
    }

    ProblemException(int status, String detail, List<?> errors) {
        super(detail);
        this.response = Response.problem(status, detail, errors);
    }

    Response response() {
        return response;
    }
}
