package dev.weft.it;

import java.util.List;

/** Where OpenTelemetry's agent stands on the command line beside ours, where it does. */
enum Order {
    ALONE {
        @Override
        Jvm place(Jvm jvm) {
            return jvm;
        }
    },
    OTHER_FIRST {
        @Override
        Jvm place(Jvm jvm) {
            return set(jvm.ahead(other()));
        }
    },
    OTHER_LAST {
        @Override
        Jvm place(Jvm jvm) {
            return set(jvm.option(other()));
        }
    };

    /** Puts the other agent in its place. */
    abstract Jvm place(Jvm jvm);

    /** With both agents, or with ours alone. */
    Jvm withOurs(Jvm jvm) {
        return place(jvm.agent());
    }

    private static String other() {
        return "-javaagent:"
                + Libraries.jars(List.of("opentelemetry-javaagent")).get(0);
    }

    private static Jvm set(Jvm jvm) {
        return jvm.option("-Dotel.traces.exporter=console")
                .option("-Dotel.metrics.exporter=none")
                .option("-Dotel.logs.exporter=none")
                .option("-Dotel.bsp.schedule.delay=10");
    }
}
