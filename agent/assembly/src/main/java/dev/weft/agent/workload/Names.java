package dev.weft.agent.workload;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a workload gets its name: configured, else OpenTelemetry's, else the application's own, else its jar's. */
public final class Names {
    private Names() {}

    /**
     * @param configured empty for none
     * @param telemetry {@code OTEL_SERVICE_NAME}
     * @param own {@code spring.application.name}
     * @param command {@code sun.java.command}: the main class or jar, then its arguments
     */
    public static String choose(
            String configured, @Nullable String telemetry, @Nullable String own, @Nullable String command) {
        String[] candidates = {configured, telemetry, own, command == null ? "" : ofCommand(command)};
        for (String candidate : candidates) {
            String name = candidate == null ? "" : clean(candidate);
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "unknown";
    }

    private static String ofCommand(String command) {
        int space = command.indexOf(' ');
        String main = space < 0 ? command : command.substring(0, space);
        if (main.endsWith(".jar")) {
            String file = main.substring(Math.max(main.lastIndexOf('/'), main.lastIndexOf('\\')) + 1);
            return withoutVersion(file.substring(0, file.length() - ".jar".length()));
        }
        int slash = main.indexOf('/'); // module/class
        return main.substring(Math.max(main.lastIndexOf('.'), slash) + 1);
    }

    /** {@code order-service-1.4.2} is the order service. */
    private static String withoutVersion(String jar) {
        for (int i = 1; i + 1 < jar.length(); i++) {
            if (jar.charAt(i) == '-' && Character.isDigit(jar.charAt(i + 1))) {
                return jar.substring(0, i);
            }
        }
        return jar;
    }

    /** A name as it can stand in a host: lower-case letters, digits, '-' and '_'. */
    private static String clean(String name) {
        StringBuilder out = new StringBuilder();
        for (char c : name.trim().toLowerCase(Locale.ROOT).toCharArray()) {
            boolean fits = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_';
            boolean dash = !fits && out.length() > 0 && out.charAt(out.length() - 1) != '-';
            if (fits) {
                out.append(c);
            } else if (dash) {
                out.append('-');
            }
        }
        int end = out.length();
        return end > 0 && out.charAt(end - 1) == '-' ? out.substring(0, end - 1) : out.toString();
    }
}
