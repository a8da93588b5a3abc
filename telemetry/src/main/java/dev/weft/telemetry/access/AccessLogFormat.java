package dev.weft.telemetry.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a line of the access log says: text with Envoy's command operators, or a JSON object of them.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage">Envoy's
 *     format</a>
 */
public final class AccessLogFormat {
    /** Istio's default, but for what is never known here. */
    public static final String DEFAULT = "[%START_TIME%] \"%REQ(:METHOD)% %REQ(:PATH)%\" %RESPONSE_CODE%"
            + " %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %DURATION%"
            + " \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\""
            + " %UPSTREAM_CLUSTER% %ROUTE_NAME% %UPSTREAM_REQUEST_ATTEMPT_COUNT% %TRACE_ID%";

    /** Named as in Istio. */
    static final String DEFAULT_JSON = """
            {
              "start_time": "%START_TIME%",
              "method": "%REQ(:METHOD)%",
              "authority": "%REQ(:AUTHORITY)%",
              "path": "%REQ(:PATH)%",
              "response_code": "%RESPONSE_CODE%",
              "response_flags": "%RESPONSE_FLAGS%",
              "response_code_details": "%RESPONSE_CODE_DETAILS%",
              "upstream_transport_failure_reason": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
              "duration": "%DURATION%",
              "user_agent": "%REQ(USER-AGENT)%",
              "request_id": "%REQ(X-REQUEST-ID)%",
              "upstream_host": "%UPSTREAM_HOST%",
              "upstream_cluster": "%UPSTREAM_CLUSTER%",
              "upstream_request_attempt_count": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
              "route_name": "%ROUTE_NAME%",
              "trace_id": "%TRACE_ID%"
            }
            """;

    private final List<String> requestHeaders = new ArrayList<>();
    private final List<String> responseHeaders = new ArrayList<>();
    private final List<Part> line;
    private final @Nullable JsonTemplate object;

    private AccessLogFormat(boolean json, String format) {
        this.line = json ? List.of() : parse(format);
        this.object = json ? new JsonTemplate(format, this::parse) : null;
    }

    /**
     * Text by this format.
     *
     * @throws IllegalArgumentException for what is no operator, or one that isn't supported; names it
     */
    public static AccessLogFormat text(String format) {
        return new AccessLogFormat(false, format);
    }

    /** One JSON object with the usual members. */
    public static AccessLogFormat json() {
        return json(DEFAULT_JSON);
    }

    /**
     * One JSON object for each line, like this one, whose texts are formats.
     *
     * @throws IllegalArgumentException for what is no JSON object, no operator, or one that isn't supported; names it
     */
    public static AccessLogFormat json(String template) {
        return new AccessLogFormat(true, template);
    }

    /**
     * As it is configured.
     *
     * @param format empty for the usual one
     * @throws IllegalArgumentException for what can't be used; says why
     */
    public static AccessLogFormat of(boolean json, String format) {
        return json ? json(format.isEmpty() ? DEFAULT_JSON : format) : text(format.isEmpty() ? DEFAULT : format);
    }

    /** In lower case. */
    List<String> requestHeaders() {
        return requestHeaders;
    }

    List<String> responseHeaders() {
        return responseHeaders;
    }

    /** The line, without its end. */
    String line(AccessEntry entry) {
        StringBuilder out = new StringBuilder(256);
        if (object != null) {
            object.write(entry, out);
            return out.toString();
        }
        for (Part part : line) {
            String value = part.value(entry);
            if (part.literal()) {
                out.append(value);
            } else {
                escape(value == null ? "-" : value, out);
            }
        }
        return out.toString();
    }

    /** What others sent can't end a line or a quotation. */
    private static void escape(String value, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f || c == '"' || c == '\\') {
                out.append("\\x").append(Character.forDigit(c >>> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
    }

    private List<Part> parse(String format) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c != '%') {
                literal.append(c);
                at++;
                continue;
            }
            int end = format.indexOf('%', at + 1);
            if (end < 0) {
                throw new IllegalArgumentException("'" + format.substring(at) + "' has no closing %");
            }
            if (end == at + 1) {
                literal.append('%');
            } else {
                if (literal.length() > 0) {
                    parts.add(new Part.Literal(literal.toString()));
                    literal.setLength(0);
                }
                parts.add(operator(format.substring(at + 1, end)));
            }
            at = end + 1;
        }
        if (literal.length() > 0) {
            parts.add(new Part.Literal(literal.toString()));
        }
        return List.copyOf(parts);
    }

    private Part operator(String written) {
        int open = written.indexOf('(');
        if (open < 0) {
            for (Operator operator : Operator.values()) {
                if (operator.name().equals(written)) {
                    return new Part.Plain(operator);
                }
            }
            throw unknown(written);
        }
        String name = written.substring(0, open);
        int close = written.indexOf(')', open);
        boolean response = name.equals("RESP") || name.equals("RESPONSE_HEADER");
        if (close < 0 || !response && !name.equals("REQ") && !name.equals("REQUEST_HEADER")) {
            throw unknown(written);
        }
        String[] either = written.substring(open + 1, close).split("\\?", -1);
        if (either.length > 2 || either[0].isEmpty()) {
            throw unknown(written);
        }
        Part second = either.length == 1 ? null : header(response, either[1], written);
        return new Part.Choice(
                header(response, either[0], written), second, most(written.substring(close + 1), written));
    }

    private Part header(boolean response, String name, String written) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(":")) {
            boolean known = lower.equals(":method")
                    || lower.equals(":scheme")
                    || lower.equals(":authority")
                    || lower.equals(":path");
            if (response || !known) {
                throw unknown(written);
            }
            return new Part.Pseudo(lower);
        }
        if (lower.isEmpty()) {
            throw unknown(written);
        }
        List<String> names = response ? responseHeaders : requestHeaders;
        if (!names.contains(lower)) {
            names.add(lower);
        }
        return new Part.Header(response, names.indexOf(lower));
    }

    private static int most(String written, String operator) {
        if (written.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        try {
            int most = Integer.parseInt(written.substring(1));
            if (written.charAt(0) == ':' && most > 0) {
                return most;
            }
        } catch (NumberFormatException e) {
            throw (IllegalArgumentException) unknown(operator).initCause(e);
        }
        throw unknown(operator);
    }

    private static IllegalArgumentException unknown(String operator) {
        return new IllegalArgumentException("%" + operator + "% is not an operator that is supported");
    }
}
