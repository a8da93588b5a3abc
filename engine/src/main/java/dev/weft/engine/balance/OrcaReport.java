package dev.weft.engine.balance;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says in an answer of its load (ORCA: {@code xds.data.orca.v3.OrcaLoadReport}), as far as somebody
 * balances by it.
 *
 * <p>It stands in a header, in the forms that Envoy takes: {@code endpoint-load-metrics} with {@code TEXT}, {@code
 * JSON} or {@code BIN} before it, and {@code endpoint-load-metrics-bin}, which is a Base64 of the message. A report of
 * which a part can't be read is none at all.
 */
public final class OrcaReport {
    /** Characters; a longer one is not looked at. */
    private static final int LONGEST = 8192;

    private final List<String> utilizations;
    private final Set<String> seen = new HashSet<>();
    private double rps;
    private double rpsFractional;
    private double eps;
    private double cpu;
    private double application;
    private double most;

    private OrcaReport(List<String> utilizations) {
        this.utilizations = utilizations;
    }

    /**
     * The report in a header {@code endpoint-load-metrics}; null for none that can be read.
     *
     * @param utilizations which metrics count, the largest of them, where the application doesn't say its utilization
     *     (Envoy: {@code metric_names_for_computing_utilization})
     */
    public static @Nullable OrcaReport of(String header, List<String> utilizations) {
        int space = header.indexOf(' ');
        if (space < 0 || header.length() > LONGEST) {
            return null;
        }
        String rest = header.substring(space + 1).strip();
        OrcaReport report = new OrcaReport(utilizations);
        boolean read = switch (header.substring(0, space)) {
            case "TEXT" -> report.text(rest);
            case "JSON" -> OrcaJson.read(rest, report);
            case "BIN" -> report.binary(rest);
            default -> false;
        };
        return read ? report : null;
    }

    /** The report in a header {@code endpoint-load-metrics-bin}; null for none that can be read. */
    public static @Nullable OrcaReport binary(String header, List<String> utilizations) {
        OrcaReport report = new OrcaReport(utilizations);
        return header.length() <= LONGEST && report.binary(header.strip()) ? report : null;
    }

    /** Calls in a second; 0 where it says none. */
    public double qps() {
        return rpsFractional > 0 ? rpsFractional : rps;
    }

    /** Failed calls in a second. */
    public double eps() {
        return eps;
    }

    /** Of the application if it says so, else the largest of the named ones, else of the CPU; 1 is full. */
    public double utilization() {
        return application > 0 ? application : most > 0 ? most : cpu;
    }

    private boolean text(String pairs) {
        for (String pair : pairs.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0
                    || !number(
                            pair.substring(0, equals).strip(),
                            pair.substring(equals + 1).strip())) {
                return false;
            }
        }
        return true;
    }

    private boolean binary(String base64) {
        String bare = base64.endsWith("=") ? base64.substring(0, base64.indexOf('=')) : base64;
        try {
            return OrcaWire.read(Base64.getDecoder().decode(bare), this);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Whether it is one that can be. */
    boolean number(String metric, String value) {
        try {
            return metric(metric, Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Takes a metric by its name in the message, {@code map.key} for one of a map. Whether it is one that can be. */
    boolean metric(String name, double value) {
        if (!(value >= 0 && value < Double.MAX_VALUE) || !seen.add(name)) {
            return false;
        }
        switch (name) {
            case "rps" -> rps = value;
            case "rps_fractional" -> rpsFractional = value;
            case "eps" -> eps = value;
            case "cpu_utilization" -> cpu = value;
            case "application_utilization" -> application = value;
            case "mem_utilization" -> {}
            default -> {
                int dot = name.indexOf('.');
                if (dot < 0 || !map(name.substring(0, dot))) {
                    return false;
                }
            }
        }
        if (utilizations.contains(name)) {
            most = Math.max(most, value);
        }
        return true;
    }

    private static boolean map(String name) {
        return name.equals("utilization") || name.equals("named_metrics") || name.equals("request_cost");
    }
}
