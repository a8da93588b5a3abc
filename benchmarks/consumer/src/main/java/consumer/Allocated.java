package consumer;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** Bytes that threads have allocated, from one moment on. */
final class Allocated {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> before = new HashMap<>();
    private final long own;

    Allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            before.put(ids[i], bytes[i]);
        }
        own = threads.getCurrentThreadAllocatedBytes();
        before.put(Thread.currentThread().getId(), own);
    }

    /** By the calling thread, and by all that live, it among them. */
    Map<String, Long> untilNow() {
        long mine = threads.getCurrentThreadAllocatedBytes() - own;
        long all = mine;
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != Thread.currentThread().getId() && bytes[i] > 0) {
                all += bytes[i] - before.getOrDefault(ids[i], 0L);
            }
        }
        return Map.of("bytes", mine, "bytesOfAll", all);
    }
}
