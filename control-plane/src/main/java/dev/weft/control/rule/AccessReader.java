package dev.weft.control.rule;

import dev.weft.protocol.words.Nearest;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one of the {@code rules} of an {@code AuthorizationPolicy}: which calls it speaks of. */
final class AccessReader {
    private static final List<String> WHO =
            List.of("principals", "requestPrincipals", "namespaces", "serviceAccounts", "ipBlocks", "remoteIpBlocks");
    private static final List<String> WHAT = List.of("hosts", "ports", "methods", "paths");

    /** Istio's attributes, but for those of the pattern below. */
    private static final Set<String> ATTRIBUTES = Set.of(
            "source.ip",
            "remote.ip",
            "source.namespace",
            "source.principal",
            "source.serviceAccount",
            "request.auth.principal",
            "request.auth.audiences",
            "request.auth.presenter",
            "destination.ip",
            "destination.port",
            "connection.sni");

    private static final Pattern NAMED =
            Pattern.compile("request\\.(headers|auth\\.claims)(\\[[^\\[\\]]+])+|experimental\\.envoy\\.filters\\..+");

    private final Fields rule;

    AccessReader(Fields rule) {
        this.rule = rule;
    }

    /** @return whether it speaks of every call */
    boolean read() {
        boolean isAll = !rule.has("from") && !rule.has("to") && !rule.has("when");
        parts("from", "source", WHO);
        parts("to", "operation", WHAT);
        for (Fields condition : rule.objects("when")) {
            condition(condition);
        }
        rule.end();
        return isAll;
    }

    private void parts(String list, String name, List<String> fields) {
        if (rule.isEmptyList(list)) {
            rule.wrong(list, "must not be empty");
        }
        for (Fields part : rule.objects(list)) {
            Fields of = part.object(name);
            if (of == null) {
                if (!part.has(name)) {
                    part.wrong(name, "is missing");
                }
            } else {
                both(of, fields);
            }
            part.end();
        }
    }

    private static void both(Fields of, List<String> fields) {
        if (of.names().isEmpty()) {
            of.wrong("says nothing");
        }
        for (String field : fields) {
            for (String name : List.of(field, "not" + Character.toUpperCase(field.charAt(0)) + field.substring(1))) {
                SecurityReader.filled(of, name);
                for (String value : of.texts(name)) {
                    value(of, name, field, value);
                }
            }
        }
        of.end();
    }

    private static void value(Fields of, String name, String field, String value) {
        if (field.equals("ports") && !SecurityReader.isPort(value)) {
            of.wrong(name, "'" + value + "' is not a port");
        } else if (field.endsWith("pBlocks") && !isBlock(value)) {
            of.wrong(name, "'" + value + "' is no address and no block of addresses");
        }
    }

    private static boolean isBlock(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        String length = text.substring(slash + 1);
        return bytes != null
                && (slash < 0 || length.matches("[0-9]{1,3}") && Integer.parseInt(length) <= bytes.length * 8);
    }

    private static void condition(Fields condition) {
        String key = condition.required("key");
        if (!key.isEmpty() && !ATTRIBUTES.contains(key) && !NAMED.matcher(key).matches()) {
            String nearest = Nearest.to(key, ATTRIBUTES);
            condition.wrong(
                    "key",
                    "'" + key + "' is not an attribute" + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        }
        SecurityReader.filled(condition, "values", "notValues");
        if (!condition.has("values") && !condition.has("notValues")) {
            condition.wrong("values or notValues is missing");
        }
        condition.end();
    }
}
