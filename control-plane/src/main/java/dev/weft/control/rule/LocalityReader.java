package dev.weft.control.rule;

import dev.weft.control.rule.LocalityLb.Distribute;
import dev.weft.control.rule.LocalityLb.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code localityLbSetting} of a load balancer. */
final class LocalityReader {
    private static final List<String> WAYS = List.of("distribute", "failover", "failoverPriority");

    private LocalityReader() {}

    static @Nullable LocalityLb read(Fields balancer) {
        Fields setting = balancer.object("localityLbSetting");
        if (setting == null) {
            return null;
        }
        Boolean enabled = setting.bool("enabled");
        LocalityLb read = new LocalityLb(
                !Boolean.FALSE.equals(enabled), distribute(setting), failover(setting), priority(setting));
        List<String> ways = WAYS.stream().filter(setting::has).toList();
        if (ways.size() > 1) {
            setting.wrong(ways.get(1), "can't stand beside " + ways.get(0));
        }
        setting.end();
        return read;
    }

    private static List<Distribute> distribute(Fields setting) {
        List<Distribute> all = new ArrayList<>();
        for (Fields one : setting.objects("distribute")) {
            Place from = place(one, "from", one.required("from"));
            if (from != null && all.stream().anyMatch(before -> before.from().overlaps(from))) {
                one.wrong("from", "is taken by one before it");
            }
            Map<Place, Integer> to = new LinkedHashMap<>();
            Fields places = one.object("to");
            if (places == null) {
                one.wrong("to", "is missing");
            } else {
                to.putAll(to(places));
            }
            one.end();
            if (from != null) {
                all.add(new Distribute(from, to));
            }
        }
        return all;
    }

    private static Map<Place, Integer> to(Fields places) {
        Map<Place, Integer> to = new LinkedHashMap<>();
        boolean isWhole = true;
        for (String name : places.names()) {
            Place place = place(places, name, name);
            Integer percent = places.integer(name, 1, 100);
            isWhole &= place != null && percent != null;
            if (place != null && to.keySet().stream().anyMatch(place::overlaps)) {
                places.wrong(name, "is taken by one before it");
            }
            if (place != null && percent != null) {
                to.put(place, percent);
            }
        }
        int sum = to.values().stream().mapToInt(percent -> percent).sum();
        if (isWhole && sum != 100) {
            places.wrong("must come to 100 percent, comes to " + sum);
        }
        return to;
    }

    private static @Nullable Place place(Fields fields, String field, String text) {
        Place place = Place.of(text);
        if (place == null && !text.isEmpty()) {
            fields.wrong(field, "must be REGION/ZONE, REGION/* or *, is '" + text + "'; there is nothing below zones");
        }
        return place;
    }

    private static Map<String, String> failover(Fields setting) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Fields one : setting.objects("failover")) {
            String from = region(one, "from");
            String to = region(one, "to");
            if (!from.isEmpty() && from.equals(to)) {
                one.wrong("to", "is the region that calls come from");
            }
            if (all.put(from, to) != null) {
                one.wrong("from", "region '" + from + "' stands here twice");
            }
            one.end();
        }
        return all;
    }

    private static String region(Fields failover, String name) {
        String region = failover.required(name);
        if (region.indexOf('/') >= 0 || region.indexOf('*') >= 0) {
            failover.wrong(name, "must be one region, is '" + region + "'");
        }
        return region;
    }

    private static List<String> priority(Fields setting) {
        List<String> labels = setting.texts("failoverPriority");
        if (labels.stream().anyMatch(label -> label.isEmpty() || label.charAt(0) == '=')) {
            setting.wrong("failoverPriority", "must be names of labels, or NAME=VALUE");
        }
        return labels;
    }
}
