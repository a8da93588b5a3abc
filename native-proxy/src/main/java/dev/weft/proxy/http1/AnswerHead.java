package dev.weft.proxy.http1;

import dev.weft.engine.call.Head;
import dev.weft.engine.call.Headers;
import org.jspecify.annotations.Nullable;

/** The head of the answer that a connection brings, as policies look at it for as long as the exchange lasts. */
final class AnswerHead implements Headers {
    private final TextCache texts;
    final ResponseHead head;
    private @Nullable Head seen;

    AnswerHead(HeadLimits limits, Worker worker) {
        this.texts = worker.texts;
        this.head = new ResponseHead(limits, worker);
    }

    Head seen() {
        Head before = seen;
        if (before == null || before.code() != head.status()) {
            before = Head.http(head.status(), this);
            seen = before;
        }
        return before;
    }

    @Override
    public @Nullable String first(String name) {
        return head.fields.first(head.bytes(), name, texts);
    }

    /** Nobody looks at it any more. */
    void release() {
        seen = null;
        head.release();
    }
}
