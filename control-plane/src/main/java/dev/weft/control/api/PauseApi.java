package dev.weft.control.api;

import dev.weft.control.http.Response;
import dev.weft.control.keep.ChangedElsewhereException;
import dev.weft.control.keep.StoreAwayException;
import dev.weft.control.pause.Pause;
import dev.weft.control.pause.Pauses;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** {@code /pauses}: whose agents and proxies let calls go as without the mesh. */
final class PauseApi {
    private static final String LIST = "/api/v1/pauses";
    private static final String ONE = LIST + "/{namespace}/{service}";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?");
    private static final int MAX_REASON = 256;

    private final Pauses pauses;
    private final Answers slow;

    /** @param slow where the disk may be waited for */
    PauseApi(Pauses pauses, Answers slow) {
        this.pauses = pauses;
        this.slow = slow;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("GET", LIST, Set.of("limit", "continue"), this::list),
                new Operation("PUT", ONE, Set.of(), this::put),
                new Operation("DELETE", ONE, Set.of(), this::delete));
    }

    private record View(String namespace, String service, String since, String reason) {
        static View of(Pause pause) {
            return new View(pause.namespace(), pause.service(), pause.since().toString(), pause.reason());
        }
    }

    private void list(Call call) {
        slow.answer(call, () -> {
            TreeMap<String, Supplier<View>> all = new TreeMap<>();
            pauses.all().forEach(pause -> all.put(pause.toString(), () -> View.of(pause)));
            return Response.json(200, Page.of(call, all));
        });
    }

    private void put(Call call) throws ProblemException {
        String namespace = call.name("namespace");
        String service = call.name("service");
        check(namespace, service);
        String reason = "";
        if (call.request().body().length > 0) {
            JsonFields fields = JsonFields.of(call.request(), "application/json");
            reason = fields.text("reason", "");
            if (reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
                fields.wrong("reason", "must be text of " + MAX_REASON + " characters at the most");
            }
            fields.end();
        }
        String said = reason;
        slow.answer(call, () -> {
            try {
                boolean isNew = pauses.put(namespace, service, said);
                View shown = pauses.all().stream()
                        .filter(pause -> pause.namespace().equals(namespace)
                                && pause.service().equals(service))
                        .map(View::of)
                        .findFirst()
                        .orElseThrow();
                return Response.json(isNew ? 201 : 200, shown);
            } catch (IOException e) {
                throw problem(e);
            }
        });
    }

    private void delete(Call call) {
        slow.answer(call, () -> {
            try {
                if (!pauses.remove(call.name("namespace"), call.name("service"))) {
                    throw new ProblemException(404, "they are not paused by that");
                }
                return Response.empty(204);
            } catch (IOException e) {
                throw problem(e);
            }
        });
    }

    private static void check(String namespace, String service) throws ProblemException {
        boolean isNamespace =
                namespace.equals(Pause.ANY) || NAME.matcher(namespace).matches();
        boolean isService = service.equals(Pause.ANY) || NAME.matcher(service).matches();
        if (!isNamespace || !isService || (namespace.equals(Pause.ANY) && !service.equals(Pause.ANY))) {
            throw new ProblemException(
                    400,
                    "must be NAMESPACE/SERVICE in lower-case letters, digits, '-' and '_'; NAMESPACE/* for all services"
                            + " of it, */* for all");
        }
    }

    private static ProblemException problem(IOException failure) {
        if (failure instanceof StoreAwayException) {
            return new ProblemException(503, "it can't be done now: " + failure.getMessage());
        }
        return failure instanceof ChangedElsewhereException
                ? new ProblemException(412, "another replica has changed it at the same time: " + failure.getMessage())
                : new ProblemException(500, "it can't be done, nothing has changed: " + failure);
    }
}
