package dev.weft.control.api;

import dev.weft.control.http.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the API can do.
 *
 * @param template path with open places: {@code /api/v1/services/{namespace}/{service}}
 * @param parameters that it knows; any other is refused
 * @param reader whom a GET is for
 */
record Operation(String method, String template, Set<String> parameters, Work work, Reader reader) {
    Operation {
        parameters = Set.copyOf(parameters);
    }

    /** One whose answer is about services, rules or clients. */
    Operation(String method, String template, Set<String> parameters, Work work) {
        this(method, template, parameters, work, Reader.PEOPLE);
    }

    /** Whom the answer is for. */
    enum Reader {
        /** Who looks after the mesh: it names services, addresses or rules. */
        PEOPLE,

        /** Anybody: it is the same at every control plane. */
        ANYBODY,

        /**
         * Who watches this process by whichever name: it holds numbers, and names nobody. That a page elsewhere could
         * read them through a browser on the network (DNS rebinding) gives it nothing to act on.
         */
        PROBE
    }

    /** Does it. Called on a network thread; must not block. */
    interface Work {
        void run(Call call) throws ProblemException;
    }

    boolean isChange() {
        return !method.equals("GET");
    }

    /** What stands in the open places; null when it is another path. */
    @Nullable
    Map<String, String> match(Request request) {
        List<String> places = List.of(template.substring(1).split("/"));
        List<String> path = request.path();
        if (places.size() != path.size()) {
            return null;
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < places.size(); i++) {
            String place = places.get(i);
            if (place.startsWith("{")) {
                names.put(place.substring(1, place.length() - 1), path.get(i));
            } else if (!place.equals(path.get(i))) {
                return null;
            }
        }
        return names;
    }
}
