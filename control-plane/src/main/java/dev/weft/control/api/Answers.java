package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.log.Log;
import dev.weft.control.queue.SerialQueue;

/** Makes answers where the state that they speak of is owned. */
final class Answers {
    private final SerialQueue queue;
    private final Log log;

    Answers(SerialQueue queue, Log log) {
        this.queue = queue;
        this.log = log;
    }

    /** Makes one answer. */
    interface Making {
        Response make() throws ProblemException;
    }

    /** Something that answers by itself, or refuses. */
    interface Task {
        void run() throws ProblemException;
    }

    void answer(Call call, Making making) {
        run(call, () -> call.exchange().answer(making.make()));
    }

    void run(Call call, Task task) {
        queue.execute(() -> {
            try {
                task.run();
            } catch (ProblemException e) {
                call.exchange().answer(e.response());
            } catch (RuntimeException e) {
                log.error(
                        "rest: " + call.request().method() + " "
                                + call.request().path() + " failed",
                        e);
                call.exchange().answer(Response.problem(500, "the log says more"));
            }
        });
    }
}
