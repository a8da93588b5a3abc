package dev.weft.control.rule;

import dev.weft.control.rule.Resilience.Entry;
import dev.weft.control.rule.Resilience.Entry.Source;
import dev.weft.control.rule.Resilience.GlobalRateLimit;
import dev.weft.control.rule.Resilience.RateLimitService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a {@code Resilience} that have a service count the calls of many processes. */
final class QuotaKeys {
    /** No client waits longer for an answer. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(20);
    private static final String GENERIC_KEY = "generic_key";

    private QuotaKeys() {}

    static RateLimitService service(Fields fields, RouteReader names) {
        VirtualService.Destination destination = names.destination(fields);
        String domain = fields.required("domain");
        Duration timeout = fields.duration("timeout", Duration.ofMillis(1));
        if (timeout != null && timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            fields.wrong("timeout", "must be 60s at most");
        }
        Boolean deny = fields.bool("failureModeDeny");
        Integer status = fields.integer("status", 400, 599);
        Integer onError = fields.integer("statusOnError", 400, 599);
        if (onError != null && !Boolean.TRUE.equals(deny)) {
            fields.noEffect("without failureModeDeny calls go on", "statusOnError");
        }
        return new RateLimitService(
                destination,
                domain,
                timeout == null ? DEFAULT_TIMEOUT : timeout,
                Boolean.TRUE.equals(deny),
                status == null ? 429 : status,
                onError == null ? 500 : onError);
    }

    static GlobalRateLimit limit(Fields fields) {
        List<List<Entry>> descriptors = new ArrayList<>();
        List<Fields> all = fields.objects("descriptors");
        if (all.isEmpty()) {
            fields.wrong("descriptors", fields.has("descriptors") ? "must not be empty" : "is missing");
        }
        for (Fields descriptor : all) {
            List<Entry> entries = new ArrayList<>();
            for (Fields fieldsOfEntry : descriptor.objects("entries")) {
                Entry entry = entry(fieldsOfEntry);
                if (entry != null) {
                    entries.add(entry);
                }
                fieldsOfEntry.end();
            }
            if (!descriptor.has("entries") || descriptor.isEmptyList("entries")) {
                descriptor.wrong("entries", descriptor.has("entries") ? "must not be empty" : "is missing");
            }
            descriptor.end();
            descriptors.add(entries);
        }
        return new GlobalRateLimit(descriptors);
    }

    private static @Nullable Entry entry(Fields entry) {
        String key = entry.text("key", "");
        Boolean optional = entry.bool("optional");
        String value = entry.text("value", "");
        String header = entry.text("header", "");
        String parameter = entry.text("queryParameter", "");
        Boolean cluster = entry.bool("destinationCluster");
        long given = Stream.of(!value.isEmpty(), !header.isEmpty(), !parameter.isEmpty(), Boolean.TRUE.equals(cluster))
                .filter(one -> one)
                .count();
        if (given != 1) {
            entry.wrong("must have one of value, header, queryParameter, destinationCluster");
            return null;
        }
        boolean isOfCall = !header.isEmpty() || !parameter.isEmpty();
        if (isOfCall && key.isEmpty()) {
            entry.wrong("key", "is missing");
        }
        if (!isOfCall && optional != null) {
            entry.noEffect("it is always there", "optional");
        }
        if (!header.isEmpty() && !RouteReader.isHeader(header)) {
            entry.wrong("header", "is not the name of a header");
        }
        if (Boolean.TRUE.equals(cluster) && !key.isEmpty()) {
            entry.wrong("key", "can't stand beside destinationCluster, whose key is destination_cluster");
        }
        Source source = !header.isEmpty()
                ? Source.HEADER
                : !parameter.isEmpty() ? Source.QUERY : value.isEmpty() ? Source.CLUSTER : Source.VALUE;
        return new Entry(
                source,
                key.isEmpty() && source == Source.VALUE ? GENERIC_KEY : key,
                value + header + parameter,
                Boolean.TRUE.equals(optional));
    }
}
