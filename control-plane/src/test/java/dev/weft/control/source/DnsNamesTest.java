package dev.weft.control.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DnsNamesTest {
    private final ManualQueue queue = new ManualQueue();
    private final CapturedLog log = new CapturedLog();
    private final Map<String, List<String>> known = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Consumer<Resolver.Resolution>> held = new ArrayList<>();
    private final DnsNames names = new DnsNames(this::resolve, queue, log.log());
    private boolean isSlow;
    private int changes;

    DnsNamesTest() {
        names.listen(() -> changes++);
        known.put("a", List.of("192.0.2.1"));
    }

    private void resolve(String name, Consumer<Resolver.Resolution> told) {
        asked.add(name);
        if (isSlow) {
            held.add(told);
        } else {
            List<String> addresses = known.getOrDefault(name, List.of());
            told.accept(new Resolver.Resolution(addresses, addresses.isEmpty() ? "DNS knows no such name" : ""));
        }
    }

    @Test
    void aNameIsAskedForAgainAndTellsWhenItsAddressesAreOthers() {
        names.want(Set.of("a"));
        assertEquals(List.of("192.0.2.1"), names.addresses("a"));
        queue.pass(DnsNames.AGAIN);
        assertEquals(List.of("a", "a"), asked);
        assertEquals(1, changes);
        known.put("a", List.of("192.0.2.1", "192.0.2.2"));
        queue.pass(DnsNames.AGAIN);
        assertEquals(List.of("192.0.2.1", "192.0.2.2"), names.addresses("a"));
        assertEquals(2, changes);
    }

    @Test
    void whileDnsFailsTheLastAddressesStayAndItIsAskedSooner() {
        names.want(Set.of("a"));
        known.clear();
        queue.pass(DnsNames.AGAIN);
        assertEquals(List.of("192.0.2.1"), names.addresses("a"));
        assertTrue(log.text().contains("dns: a: DNS knows no such name; its last addresses stay"), log.text());
        known.put("a", List.of("192.0.2.7"));
        queue.pass(DnsNames.AFTER_FAILURE);
        assertEquals(List.of("192.0.2.7"), names.addresses("a"));
    }

    @Test
    void aNameThatStaysUnknownIsAskedForLessAndLess() {
        names.want(Set.of("dead"));
        queue.pass(Duration.ofSeconds(5 + 10 + 20 + 30));
        assertEquals(5, asked.size());
        known.put("dead", List.of("192.0.2.2"));
        queue.pass(DnsNames.AGAIN);
        known.clear();
        queue.pass(DnsNames.AGAIN);
        asked.clear();
        queue.pass(DnsNames.AFTER_FAILURE);
        assertEquals(List.of("dead"), asked, "an answer begins it anew");
    }

    @Test
    void aNameWhoseResolverBreaksIsAnsweredAsUnknown() throws InterruptedException {
        try (JdkResolver resolver = new JdkResolver(name -> {
            throw new IllegalStateException("broken");
        })) {
            var answers = new java.util.concurrent.LinkedBlockingQueue<Resolver.Resolution>();
            resolver.resolve("a", answers::add);
            Resolver.Resolution answer = answers.poll(10, java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(
                    new Resolver.Resolution(List.of(), "its resolver fails: java.lang.IllegalStateException: broken"),
                    answer);
        }
    }

    @Test
    void aNameThatNobodyWantsIsAskedForNoMore() {
        names.want(Set.of("a", "b"));
        names.want(Set.of("b"));
        assertEquals(List.of(), names.addresses("a"));
        asked.clear();
        queue.pass(Duration.ofMinutes(1));
        assertTrue(!asked.isEmpty() && !asked.contains("a"), asked::toString);
    }

    @Test
    void anAnswerThatComesWhenNobodyWantsItAnyMoreIsDropped() {
        isSlow = true;
        names.want(Set.of("a"));
        names.want(Set.of());
        names.want(Set.of("a"));
        held.get(0).accept(new Resolver.Resolution(List.of("192.0.2.66"), ""));
        assertEquals(List.of(), names.addresses("a"));
        held.get(1).accept(new Resolver.Resolution(List.of("192.0.2.1"), ""));
        assertEquals(List.of("192.0.2.1"), names.addresses("a"));
    }

    @Test
    void theResolverOfTheJdkAnswersAndSaysWhatItCannotFind() throws InterruptedException {
        try (JdkResolver resolver = new JdkResolver()) {
            var answers = new java.util.concurrent.LinkedBlockingQueue<Resolver.Resolution>();
            resolver.resolve("127.0.0.1", answers::add);
            assertEquals(new Resolver.Resolution(List.of("127.0.0.1"), ""), answers.take());
            resolver.resolve("..", answers::add);
            assertEquals(List.of(), answers.take().addresses());
        }
    }
}
