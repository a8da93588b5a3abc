package dev.weft.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Class paths of the sample application. */
final class Libraries {
    private static final List<String> SERVER = List.of("tomcat-embed-core", "tomcat-annotations-api");
    private static final List<String> CLIENT = List.of("httpclient5", "httpcore5", "slf4j-api");

    private Libraries() {}

    /** The application with everything that it uses. */
    static List<String> application() {
        List<String> all = new ArrayList<>(caller());
        all.addAll(jars(SERVER));
        return all;
    }

    /** The application's classes and HttpClient 5. */
    static List<String> caller() {
        List<String> all = new ArrayList<>(List.of(Jvm.CLASSES.toString()));
        all.addAll(jars(CLIENT));
        return all;
    }

    /** The same with a release of HttpClient 5 that the agent does not know: something that it uses is missing. */
    static List<String> unsupported(Path folder) throws IOException {
        Path core = Path.of(jars(List.of("httpcore5-5")).get(0));
        Path other = folder.resolve("httpcore5-other.jar");
        Doctored.write(core, other, "org/apache/hc/core5/http/ConnectionClosedException", "(Ljava/lang/String;)V");
        List<String> all = new ArrayList<>(caller());
        all.replaceAll(entry -> entry.equals(core.toString()) ? other.toString() : entry);
        return all;
    }

    private static List<String> jars(List<String> names) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> names.stream().anyMatch(new File(entry).getName()::startsWith))
                .toList();
    }
}
