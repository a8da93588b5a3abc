package dev.weft.control.translate;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The resources in which the names of one namespace stand. A short list is one resource, named after the namespace. Of
 * a long one that resource says only how many parts there are, and {@code NAMESPACE/COUNT/NUMBER} has the hosts of one
 * part. Which part is a host's depends on nothing but its name and the count: where other hosts come and go, it stays
 * where it is.
 *
 * @param count 1 for a list that is whole, else a power of two
 */
record Parts(String namespace, int count) {
    /** With more hosts than these in the mean, there are twice as many parts. */
    private static final int FULL = 64;

    /** With fewer there are half as many: far enough below, so that no host that comes and goes moves all others. */
    private static final int SPARSE = 16;

    /** @param before how many parts there were; 0 for none yet */
    static Parts of(String namespace, int before, int hosts) {
        int count = Math.max(1, before);
        while (hosts > count * FULL) {
            count *= 2;
        }
        while (count > 1 && hosts < count * SPARSE) {
            count /= 2;
        }
        return new Parts(namespace, count);
    }

    /** Whether a resource of this name is one of several. */
    static boolean isPart(String name) {
        return name.indexOf('/') >= 0;
    }

    /** The name of the part in which a host stands. */
    String part(String host) {
        int hash = host.hashCode() * 0x9E37_79B9;
        return name((hash ^ hash >>> 16) & count - 1);
    }

    List<String> all() {
        return IntStream.range(0, count).mapToObj(this::name).toList();
    }

    private String name(int number) {
        return count == 1 ? namespace : namespace + "/" + count + "/" + number;
    }
}
