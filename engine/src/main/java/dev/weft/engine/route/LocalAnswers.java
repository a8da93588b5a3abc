package dev.weft.engine.route;

import dev.weft.engine.call.Refusal;
import dev.weft.engine.call.Request;
import dev.weft.engine.snapshot.Action;
import dev.weft.engine.snapshot.HeaderEdits;
import dev.weft.engine.snapshot.Redirect;
import dev.weft.engine.snapshot.Route;
import java.util.ArrayList;
import java.util.List;

/** The answers of routes that send nothing. */
public final class LocalAnswers {
    private LocalAnswers() {}

    /** @param route one that does not forward */
    public static Refusal of(RouteTable table, Route route, Request request) {
        List<Refusal.Header> headers = new ArrayList<>();
        if (route.action() instanceof Action.Redirected redirected) {
            headers.add(new Refusal.Header("location", location(table, route, redirected.redirect(), request)));
            add(redirected.headers(), headers);
            int status = redirected.redirect().status();
            return Refusal.rule(Refusal.Details.REDIRECT, status, "redirect of a route", headers, "");
        }
        Action.DirectResponse answer = (Action.DirectResponse) route.action();
        add(answer.headers(), headers);
        return Refusal.rule(
                Refusal.Details.DIRECT_RESPONSE, answer.status(), "direct response of a route", headers, answer.body());
    }

    private static void add(List<HeaderEdits.Entry> entries, List<Refusal.Header> to) {
        for (HeaderEdits.Entry entry : entries) {
            to.add(new Refusal.Header(entry.name(), entry.value()));
        }
    }

    /** Where a route redirects a request to, put together as Envoy does. */
    public static String location(RouteTable table, Route route, Redirect redirect, Request request) {
        String before = request.secure() ? "https" : "http";
        String scheme = redirect.scheme() == null ? before : redirect.scheme();
        return scheme + "://" + authority(redirect, request, before, scheme)
                + target(table, route, redirect, request.path());
    }

    private static String authority(Redirect redirect, Request request, String before, String scheme) {
        String host = redirect.host() == null ? request.host() : redirect.host();
        boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[") && host.indexOf(':') != host.lastIndexOf(':');
        String name = bare ? "[" + host + "]" : host;
        if (redirect.port() != 0) {
            return name + ":" + redirect.port();
        }
        // A port that the application did not write is its scheme's, and goes with it.
        boolean written = request.port() != standard(before);
        return redirect.host() == null && written && request.port() != standard(scheme)
                ? name + ":" + request.port()
                : name;
    }

    private static int standard(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static String target(RouteTable table, Route route, Redirect redirect, String asked) {
        String path = redirect.path();
        String target = asked;
        if (path != null) {
            if (path.indexOf('?') >= 0) {
                return path;
            }
            int query = asked.indexOf('?');
            target = query < 0 ? path : path + asked.substring(query);
        } else if (redirect.rewrite() != null) {
            target = Rewrites.apply(redirect.rewrite(), route.match().path(), asked, table.end(asked));
        }
        int query = target.indexOf('?');
        return redirect.stripQuery() && query >= 0 ? target.substring(0, query) : target;
    }
}
