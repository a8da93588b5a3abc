package dev.weft.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Class paths of the sample application. */
final class Libraries {
    private static final List<String> SERVER = List.of("tomcat-embed-core", "tomcat-annotations-api");
    private static final List<String> CLIENT = List.of(
            "httpclient5",
            "httpcore5",
            "slf4j-api",
            "httpclient-",
            "httpcore-",
            "commons-logging",
            "commons-codec",
            "okhttp",
            "okio",
            "kotlin-stdlib");
    private static final List<String> SPRING_BOOT = List.of(
            "spring-",
            "micrometer-",
            "brave-",
            "zipkin-",
            "opentelemetry-api",
            "opentelemetry-context",
            "opentelemetry-common",
            "opentelemetry-sdk",
            "opentelemetry-semconv",
            "opentelemetry-extension",
            "opentelemetry-instrumentation",
            "context-propagation",
            "jackson-",
            "snakeyaml",
            "aopalliance",
            "HdrHistogram",
            "LatencyUtils");

    private Libraries() {}

    /** The application with everything that it uses. */
    static List<String> application() {
        List<String> all = new ArrayList<>(caller());
        all.addAll(jars(SERVER));
        return all;
    }

    /** The application of Spring Boot with everything that it uses. */
    static List<String> springBoot() {
        List<String> all = new ArrayList<>(application());
        all.addAll(jars(SPRING_BOOT));
        return all;
    }

    /** The application's classes and the clients that it uses. */
    static List<String> caller() {
        List<String> all = new ArrayList<>(List.of(Jvm.CLASSES.toString()));
        all.addAll(clients());
        return all;
    }

    /** The clients that are libraries. */
    static List<String> clients() {
        return jars(CLIENT);
    }

    /** The same with the oldest release of each client that is supported. */
    static List<String> oldestClients() throws IOException {
        List<String> all = new ArrayList<>(List.of(Jvm.CLASSES.toString()));
        all.addAll(copied("oldest-clients"));
        all.addAll(jars(List.of("slf4j-api", "commons-logging", "commons-codec")));
        return all;
    }

    /**
     * The application's classes and a Tomcat.
     *
     * @param tomcat its major version
     */
    static List<String> tomcat(int tomcat) throws IOException {
        List<String> all = new ArrayList<>(List.of(Jvm.CLASSES.toString()));
        all.addAll(copied("tomcat-" + tomcat));
        return all;
    }

    /** What the build has put into this folder. */
    private static List<String> copied(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target", folder).toAbsolutePath())) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    /** The same with a release of HttpClient 5 that lacks something the agent needs, and the application doesn't. */
    static List<String> unsupported(Path folder) throws IOException {
        Path real = Path.of(jars(List.of("httpclient5-")).get(0));
        Path other = folder.resolve("httpclient5-other.jar");
        Doctored.write(
                real,
                other,
                "org/apache/hc/client5/http/ConnectTimeoutException",
                "(Ljava/lang/String;Lorg/apache/hc/core5/net/NamedEndpoint;)V");
        List<String> all = new ArrayList<>(caller());
        all.replaceAll(entry -> entry.equals(real.toString()) ? other.toString() : entry);
        return all;
    }

    static List<String> jars(List<String> names) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> names.stream().anyMatch(new File(entry).getName()::startsWith))
                .toList();
    }
}
