package dev.weft.proxy.http1;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests for pages that are made here. */
final class PagesCourse implements Course {
    private final Exchange exchange;
    private final Pages pages;
    /** Which request of the connection waits for its page: one that comes too late is for none. */
    private int turn;

    PagesCourse(Exchange exchange, Pages pages) {
        this.exchange = exchange;
        this.pages = pages;
    }

    @Override
    public void begin() {
        TextCache texts = exchange.worker.texts;
        Map<String, String> headers = new HashMap<>();
        for (String name : Pages.HEADERS) {
            String value = exchange.head.first(name, texts);
            if (value != null) {
                headers.put(name, value);
            }
        }
        int mine = turn;
        Pages.Asked asked = new Pages.Asked(exchange.head.method(texts), exchange.head.path(texts), headers);
        pages.ask(asked, page -> {
            if (exchange.worker.loop.inEventLoop()) {
                show(page, mine);
            } else {
                exchange.worker.loop.execute(() -> show(page, mine));
            }
        });
    }

    private void show(Pages.Page page, int mine) {
        if (mine == turn) {
            exchange.reply(
                    page.status(),
                    List.of(
                            new Refusal.Header("content-type", page.contentType()),
                            new Refusal.Header("cache-control", "no-store"),
                            new Refusal.Header("x-content-type-options", "nosniff")),
                    page.text());
        }
    }

    @Override
    public void edit(Upstream to, HeadEdits edits) {}

    @Override
    public @Nullable String path(Upstream to) {
        return null;
    }

    @Override
    public boolean keepsBody() {
        return false;
    }

    @Override
    public void answered(Upstream from) {}

    @Override
    public void ended(Upstream from, End end) {}

    @Override
    public void gone() {}

    @Override
    public void over() {
        turn++;
    }
}
