package dev.weft.control.keep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A shared store without a network: a test says when each replica hears of what. */
public final class MemoryStore {
    /** Of one request; etcd's own limit. */
    private static final int MOST_BYTES = 1_536 * 1_024;

    private final Map<String, Long> revisions = new TreeMap<>();
    private final List<Member> members = new ArrayList<>();
    private long revision;

    public Member member(String name) {
        Member member = new Member(name);
        members.add(member);
        revision++;
        change(SharedStore.REPLICAS + "/" + name, new byte[0]);
        return member;
    }

    /** At the revision of now: all that is changed at once has the same. */
    private void change(String name, byte @Nullable [] content) {
        if (content == null) {
            revisions.remove(name);
        } else {
            revisions.put(name, revision);
        }
        SharedStore.Event event = new SharedStore.Event(name, content, revision);
        members.forEach(member -> member.unheard.add(event));
    }

    /** One replica's view of it. */
    public final class Member implements SharedStore {
        private final String name;
        private final Map<String, Follower> followers = new LinkedHashMap<>();
        private final List<Event> unheard = new ArrayList<>();

        /** Why it is away; null while it is there. */
        public @Nullable String away;

        /** Changes are made, and this replica is not told that they were. */
        public boolean swallowsAnswers;

        private Member(String name) {
            this.name = name;
        }

        /** Tells what has happened. */
        public void hear() {
            List<Event> now = List.copyOf(unheard);
            unheard.clear();
            now.forEach(event -> {
                Follower follower =
                        followers.get(event.name().substring(0, event.name().indexOf('/')));
                if (follower != null) {
                    follower.changed(List.of(event));
                }
            });
        }

        /** Its lease ends. */
        public void end() {
            revision++;
            change(REPLICAS + "/" + name, null);
        }

        /** Its lease is new. */
        public void begin() {
            revision++;
            change(REPLICAS + "/" + name, new byte[0]);
        }

        @Override
        public String replica() {
            return name;
        }

        @Override
        public void follow(String folder, Follower follower) {
            followers.put(folder, follower);
        }

        @Override
        public CompletableFuture<Written> write(List<Change> changes) {
            if (away != null) {
                return CompletableFuture.failedFuture(new StoreAwayException(away));
            }
            int bytes = 0;
            for (Change change : changes) {
                bytes += change.content() == null ? 0 : change.content().length;
            }
            if (bytes > MOST_BYTES) {
                return CompletableFuture.failedFuture(new StoreAwayException("etcdserver: request is too large"));
            }
            revision++;
            List<Boolean> made = new ArrayList<>();
            for (Change change : changes) {
                boolean isSeen = revisions.getOrDefault(change.name(), 0L) == change.seen();
                made.add(isSeen);
                if (isSeen) {
                    change(change.name(), change.content());
                }
            }
            return swallowsAnswers
                    ? CompletableFuture.failedFuture(new StoreAwayException("no answer in time"))
                    : CompletableFuture.completedFuture(new Written(revision, made));
        }

        @Override
        public @Nullable String away() {
            return away;
        }

        @Override
        public String where(String content) {
            return content;
        }

        @Override
        public void close() {}
    }
}
