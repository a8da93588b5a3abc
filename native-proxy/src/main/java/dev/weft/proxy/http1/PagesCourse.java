package dev.weft.proxy.http1;

import dev.weft.engine.call.End;
import dev.weft.engine.call.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests for pages that are made here. A page in somebody's browser can't ask for them: its requests name a foreign
 * host (DNS rebinding).
 */
final class PagesCourse implements Course {
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int MISDIRECTED = 421;

    private final Exchange exchange;
    private final Pages pages;

    PagesCourse(Exchange exchange, Pages pages) {
        this.exchange = exchange;
        this.pages = pages;
    }

    @Override
    public void begin() {
        TextCache texts = exchange.worker.texts;
        String method = exchange.head.method(texts);
        String host = exchange.head.host(texts);
        if (!host.equals("localhost") && !host.equals("::1") && !host.matches("127(\\.[0-9]{1,3}){3}")) {
            exchange.reply(MISDIRECTED, List.of(), "The Host header must name this machine's loopback\n");
            return;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.reply(NOT_ALLOWED, List.of(), "GET shows\n");
            return;
        }
        String target = exchange.head.path(texts);
        int query = target.indexOf('?');
        Pages.Page page = pages.page(query < 0 ? target : target.substring(0, query));
        if (page == null) {
            exchange.reply(NOT_FOUND, List.of(), "No such page\n");
        } else {
            exchange.reply(
                    page.status(),
                    List.of(
                            new Refusal.Header("content-type", page.contentType()),
                            new Refusal.Header("cache-control", "no-store")),
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
    public void over() {}
}
