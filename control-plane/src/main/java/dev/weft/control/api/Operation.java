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
 */
record Operation(String method, String template, Set<String> parameters, Work work) {
    Operation {
        parameters = Set.copyOf(parameters);
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
