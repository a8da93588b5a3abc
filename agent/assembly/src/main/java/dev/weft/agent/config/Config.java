package dev.weft.agent.config;

import dev.weft.agent.log.LogLevel;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The agent's configuration. Every value has a default; a wrong one is an error and its default is
 * used, because the application must run in any case.
 *
 * @param control where the control plane is and how it is talked to
 * @param service empty to take the application's own name
 * @param rateLimitToken file of a bearer token for rate limit services; empty for none
 * @param address of this instance; empty to find out
 * @param adminAddress loopback {@code host:port} or {@code unix:///path}
 * @param switchedOff names of instrumentations that are not to be woven
 * @param stateDir where the last-known-good is kept; empty for the user's cache directory
 * @param drainMillis how long a stopping application waits for its clients to learn of it
 * @param logFile empty for memory alone
 * @param telemetry null where none of its keys is set
 * @param settings every key with its value and source
 * @param errors one line for each thing that is wrong
 * @param notes one line for each thing that was left out, and may be meant for another
 */
public record Config(
        boolean enabled,
        Control control,
        String service,
        String namespace,
        String version,
        Map<String, String> labels,
        String region,
        String zone,
        String localCluster,
        String rateLimitToken,
        String address,
        boolean admin,
        String adminAddress,
        boolean tracing,
        Set<String> switchedOff,
        String stateDir,
        long drainMillis,
        LogLevel log,
        String logFile,
        @Nullable Telemetry telemetry,
        List<Setting> settings,
        List<String> errors,
        List<String> notes) {

    /** Reads the four places. Never throws for what stands there. */
    public static Config read(@Nullable String args, Properties properties, Map<String, String> environment) {
        Settings settings = new Settings(args, properties, environment);
        Reader in = new Reader(settings);
        return new Config(
                in.onOff(Key.ENABLED),
                Control.read(in),
                in.name(Key.SERVICE),
                in.name(Key.NAMESPACE),
                in.text(Key.VERSION),
                in.pairs(Key.LABELS),
                in.text(Key.REGION),
                in.text(Key.ZONE),
                in.text(Key.LOCAL_CLUSTER),
                in.text(Key.RATELIMIT_TOKEN),
                in.address(Key.ADDRESS),
                in.onOff(Key.ADMIN),
                in.loopback(Key.ADMIN_ADDRESS),
                in.onOff(Key.TRACING),
                in.switchedOff(),
                in.text(Key.STATE_DIR),
                in.millis(Key.DRAIN),
                in.level(Key.LOG),
                in.text(Key.LOG_FILE),
                settings.anyFrom(Key.TRACES_EXPORTER) ? Telemetry.read(in) : null,
                settings.all(),
                List.copyOf(settings.errors()),
                List.copyOf(settings.notes()));
    }
}
