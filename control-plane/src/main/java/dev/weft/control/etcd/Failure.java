package dev.weft.control.etcd;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;

/** What people are told of a failure. */
final class Failure {
    private Failure() {}

    static String text(Throwable failure) {
        Status status = failure instanceof StatusRuntimeException unchecked
                ? unchecked.getStatus()
                : failure instanceof StatusException checked ? checked.getStatus() : null;
        if (status == null) {
            String message = failure.getMessage();
            return message == null ? failure.toString() : message;
        }
        Throwable cause = status.getCause();
        String said = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return status.getCode() == Status.Code.DEADLINE_EXCEEDED
                ? "no answer in time"
                : cause == null || cause.getMessage() == null ? said : said + ": " + cause.getMessage();
    }
}
