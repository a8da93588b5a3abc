package dev.weft.control.rule;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Reads the rules for calls that come in to the last field, and refuses what they protect: neither agents nor proxies are
 * told such rules yet, and one that is accepted and not kept would be worse than none. What asks for no protection is
 * accepted and warned of.
 */
final class SecurityReader {
    private static final String NOBODY =
            "can't be kept: agents and proxies take no rules for calls that come in yet, and ";

    private final Header header;

    SecurityReader(Header header) {
        this.header = header;
    }

    private SecurityRule rule() {
        return new SecurityRule(header.origin(), header.kind(), header.name(), header.namespace());
    }

    SecurityRule peer(Fields spec) {
        boolean isSelecting = selector(spec);
        Fields mtls = spec.object("mtls");
        if (mtls != null) {
            mutual(mtls);
        }
        Fields ports = spec.object("portLevelMtls");
        if (ports != null) {
            if (!isSelecting) {
                spec.wrong("portLevelMtls", "counts only beside a selector");
            }
            for (String port : List.copyOf(ports.names())) {
                if (!isPort(port)) {
                    ports.wrong(port, "'" + port + "' is not a port");
                }
                Fields ofPort = ports.object(port);
                if (ofPort != null) {
                    mutual(ofPort);
                }
            }
        }
        spec.end();
        return rule();
    }

    private static void mutual(Fields mtls) {
        String mode = mtls.word("mode", List.of("UNSET", "DISABLE", "PERMISSIVE", "STRICT"), List.of());
        if ("STRICT".equals(mode)) {
            mtls.wrong(
                    "mode",
                    NOBODY + "callers without a certificate would be served; a proxy asks for one where its own"
                            + " configuration says inbound.tls: mutual");
        } else if (mode != null) {
            mtls.noEffect("what a server takes is its own affair; nothing is refused, nothing encrypted", "mode");
        }
        mtls.end();
    }

    SecurityRule authorization(Fields spec) {
        boolean isSelecting = selector(spec);
        targets(spec, isSelecting);
        String said = spec.word("action", List.of("ALLOW", "DENY", "AUDIT", "CUSTOM"), List.of());
        String action = said == null ? "ALLOW" : said;
        Fields provider = spec.object("provider");
        if (provider != null) {
            provider.required("name");
            provider.end();
        }
        if (action.equals("CUSTOM") != (provider != null)) {
            spec.wrong("provider", provider == null ? "is missing: CUSTOM asks it" : "is for CUSTOM alone");
        }
        List<Fields> rules = spec.objects("rules");
        boolean isAll = false;
        for (Fields rule : rules) {
            isAll |= new AccessReader(rule).read();
        }
        String idle = switch (action) {
            case "ALLOW" -> isAll ? "it allows every call" : "";
            case "DENY" -> rules.isEmpty() ? "without rules it denies no call" : "";
            case "AUDIT" -> "nobody keeps an audit; no call is denied by it";
            default -> "";
        };
        if (idle.isEmpty()) {
            spec.wrong("rules", NOBODY + "calls that this denies would be served");
        } else {
            spec.noEffect(idle, spec.has("rules") ? "rules" : "action");
        }
        spec.end();
        return rule();
    }

    SecurityRule request(Fields spec) {
        boolean isSelecting = selector(spec);
        targets(spec, isSelecting);
        List<Fields> rules = spec.objects("jwtRules");
        rules.forEach(SecurityReader::token);
        if (!rules.isEmpty()) {
            spec.wrong("jwtRules", NOBODY + "calls with a token that is forged or has ended would be served");
        }
        spec.end();
        return rule();
    }

    private static void token(Fields rule) {
        rule.required("issuer");
        filled(rule, "audiences", "fromParams", "fromCookies");
        String uri = rule.text("jwksUri");
        if (uri != null && !isWeb(uri)) {
            rule.wrong("jwksUri", "must be an http or https URL, is '" + uri + "'");
        }
        String keys = rule.text("jwks");
        if (uri != null && keys != null) {
            rule.wrong("jwks", "can't stand beside jwksUri");
        }
        for (Fields from : rule.objects("fromHeaders")) {
            from.required("name");
            from.text("prefix");
            from.end();
        }
        for (Fields out : rule.objects("outputClaimToHeaders")) {
            out.required("header");
            out.required("claim");
            out.end();
        }
        rule.text("outputPayloadToHeader");
        rule.bool("forwardOriginalToken");
        rule.duration("timeout", Duration.ofMillis(1));
        filled(rule, "spaceDelimitedClaims");
        rule.end();
    }

    private static boolean isWeb(String text) {
        try {
            URI uri = new URI(text);
            return Set.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** @return whether workloads are named */
    private static boolean selector(Fields spec) {
        Fields selector = spec.object("selector");
        if (selector == null) {
            return false;
        }
        boolean isSelecting = !selector.textMap("matchLabels").isEmpty();
        selector.end();
        return isSelecting;
    }

    private static void targets(Fields spec, boolean isSelecting) {
        Fields one = spec.object("targetRef");
        if (one != null) {
            target(one);
        }
        List<Fields> several = spec.objects("targetRefs");
        several.forEach(SecurityReader::target);
        if ((isSelecting ? 1 : 0) + (one == null ? 0 : 1) + (several.isEmpty() ? 0 : 1) > 1) {
            spec.wrong("selector, targetRef and targetRefs can't stand beside each other");
        }
    }

    private static void target(Fields target) {
        target.required("kind");
        target.required("name");
        target.text("group");
        target.text("namespace");
        target.end();
    }

    /** Lists of texts, none of them empty. */
    static void filled(Fields of, String... names) {
        for (String name : names) {
            if (of.texts(name).contains("") || of.isEmptyList(name)) {
                of.wrong(name, "must not be empty");
            }
        }
    }

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }
}
