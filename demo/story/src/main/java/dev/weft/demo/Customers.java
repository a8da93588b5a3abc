package dev.weft.demo;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** The customers of the shop: they call the front page, one call in four is an order, and every call is kept. */
final class Customers implements AutoCloseable {
    private static final List<String> NAMES = List.of("ada", "grace", "linus");
    private static final List<String> SKUS = List.of("tea", "cup", "pot");

    private final Web web;
    private final String front;
    private final List<Call> made = new ArrayList<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(16);

    Customers(Web web, String front) {
        this.web = web;
        this.front = front;
    }

    /** What the n-th customer does: an order, a look at the page, or the question what something costs. */
    Call call(int n) {
        return switch (n % 4) {
            case 0 -> order(n, "customers");
            case 1 -> page(n);
            default -> quote(n, "customers");
        };
    }

    /** As {@link #call}, but only what passes through the order service. */
    Call throughOrder(int n, String group) {
        return n % 4 == 0 ? order(n, group) : quote(n, group);
    }

    Call page(int n) {
        return keep("page", "", () -> web.get(front, "/api/page/" + of(NAMES, n)));
    }

    Call quote(int n, String group) {
        return keep("quote", "", () -> web.get(front, "/api/quotes/" + of(SKUS, n), "x-user-group", group));
    }

    Call order(int n, String group, String... headers) {
        var id = UUID.randomUUID().toString();
        var order = Map.of("id", id, "user", of(NAMES, n), "sku", of(SKUS, n), "quantity", 1 + n % 3);
        var all = new ArrayList<>(List.of("x-user-group", group));
        all.addAll(List.of(headers));
        return keep("order", id, () -> web.post(front, "/api/orders", order, all.toArray(String[]::new)));
    }

    /** As many calls at a time as there are workers. */
    List<Call> many(int count, IntFunction<Call> one) {
        return steady(count, 0, one);
    }

    /** Calls started at a steady rate, whether the earlier ones have been answered or not; rate 0 is no limit. */
    List<Call> steady(int count, double perSecond, IntFunction<Call> one) {
        var begun = new ArrayList<Future<Call>>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int n = i;
            if (perSecond > 0) {
                long due = start + (long) (i * 1e9 / perSecond);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
            begun.add(workers.submit(() -> one.apply(n)));
        }
        var calls = new ArrayList<Call>();
        for (var future : begun) {
            calls.add(await(future));
        }
        return calls;
    }

    private static Call await(Future<Call> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private interface Sending {
        Web.Reply send() throws IOException;
    }

    private Call keep(String kind, String orderId, Sending sending) {
        long start = System.nanoTime();
        Call call;
        try {
            var reply = sending.send();
            var problem = reply.good() ? "" : reply.text();
            call = new Call(kind, orderId, start, System.nanoTime(), reply.status(), reply.json(), problem);
        } catch (IOException e) {
            call = new Call(kind, orderId, start, System.nanoTime(), 0, MissingNode.getInstance(), e.toString());
        }
        synchronized (made) {
            made.add(call);
        }
        return call;
    }

    List<Call> made() {
        synchronized (made) {
            return List.copyOf(made);
        }
    }

    private static String of(List<String> list, int n) {
        return list.get(n % list.size());
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
