package dev.weft.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminHandler;
import dev.weft.admin.AdminPages;
import dev.weft.admin.AdminRequest;
import dev.weft.admin.Guard;
import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.Courses;
import dev.weft.proxy.http1.Http1;
import dev.weft.proxy.http1.Pages;
import dev.weft.proxy.http1.Traffic;
import dev.weft.proxy.http1.Worker;
import dev.weft.proxy.http2.Http2;
import dev.weft.proxy.http2.Http2Limits;
import dev.weft.proxy.listen.Listener;
import dev.weft.proxy.listen.Loops;
import dev.weft.proxy.listen.Sockets;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The admin listener over real sockets, with one event loop. */
class AdminThreadsTest {
    private static final String END = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final CountDownLatch slow = new CountDownLatch(1);
    private final Semaphore begun = new Semaphore(0);
    private AdminThreads pages;
    private Loops<Worker> loops;
    private Listener listener;

    private final AdminPages shown = new AdminPages() {
        @Override
        public @Nullable AdminAnswer show(AdminRequest request) {
            if (request.path().equals("/slow")) {
                begun.release();
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return AdminAnswer.text(
                    request.path() + " on " + Thread.currentThread().getName() + "\n");
        }

        @Override
        public @Nullable AdminAnswer change(AdminRequest request) {
            return AdminAnswer.text("changed\n");
        }
    };

    @BeforeEach
    void start() throws Exception {
        pages = new AdminThreads(new AdminHandler(new Guard(null), shown), task -> {
            Thread thread = new Thread(task, "beside");
            thread.setDaemon(true);
            return thread;
        });
        loops = new Loops<>(
                Sockets.best(),
                1,
                loop -> new Worker(loop, System::nanoTime, new Traffic(), Http2.streams(Http2Limits.DEFAULT)));
        ProxyConfig config = ProxyConfig.read(Map.of(Key.SERVICE, "a"), Map.of(), null);
        listener = Listener.open(
                loops,
                new InetSocketAddress("127.0.0.1", 0),
                100,
                new Traffic(),
                Http1.connections(config.limits(), Courses.pages(pages), () -> false));
        listener.resume();
    }

    @AfterEach
    void end() {
        slow.countDown();
        listener.close();
        loops.close();
        pages.close();
    }

    private String ask(String request) throws Exception {
        try (Client client = new Client(listener.address())) {
            return client.send(request + END).rest();
        }
    }

    @Test
    void pagesAreMadeBesideTheLoopAndThoseOfProbesOnIt() throws Exception {
        String page = ask("GET /page");
        assertTrue(page.startsWith("HTTP/1.1 200 OK\r\n") && page.endsWith("\r\n\r\n/page on beside\n"), page);
        String ready = ask("GET /ready");
        assertTrue(ready.contains("/ready on ") && !ready.contains("beside"), ready);
        assertTrue(ask("POST /page").endsWith("\r\n\r\nchanged\n"));
        assertTrue(ask("HEAD /page").endsWith("\r\n\r\n"));
    }

    @Test
    void aProbeIsAnsweredWhileSlowPagesKeepAllThreads() throws Exception {
        Client[] waiting = new Client[6];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = new Client(listener.address()).send("GET /slow" + END);
        }
        begun.acquire(4);
        assertTrue(ask("GET /ready").startsWith("HTTP/1.1 200"));
        waiting[0].close(); // its page is for nobody
        slow.countDown();
        for (int i = 1; i < waiting.length; i++) {
            assertTrue(waiting[i].rest().endsWith("/slow on beside\n"));
            waiting[i].close();
        }
    }

    @Test
    void moreThanCanWaitAreSentAway() throws Exception {
        Pages.Asked asked = new Pages.Asked("GET", "/slow", Map.of("host", "localhost"));
        Queue<Integer> answered = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 4; i++) {
            pages.ask(asked, page -> answered.add(page.status()));
        }
        begun.acquire(4);
        for (int i = 0; i < 64 + 2; i++) {
            pages.ask(asked, page -> answered.add(page.status()));
        }
        assertEquals(List.of(503, 503), List.copyOf(answered));
    }

    @Test
    void whatIsNoRequestOrNotAllowedIsRefused() throws Exception {
        assertEquals("HTTP/1.1 400", ask("GET /page?%zz").substring(0, 12));
        assertEquals("HTTP/1.1 405", ask("PUT /page").substring(0, 12));
        assertEquals(
                "HTTP/1.1 403",
                ask("POST /page HTTP/1.1\r\nOrigin: http://evil.example\r\nX:").substring(0, 12));
    }
}
