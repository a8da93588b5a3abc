package sample;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/**
 * Deploys and undeploys one web application again and again in one Tomcat:
 * {@code Redeployments FOLDER TIMES URL}, where the folder holds its {@code WEB-INF} and the URL is what it
 * calls. Prints what the application answered each time; then, for each line it reads, how many of its
 * class loaders are still there.
 */
public final class Redeployments {
    private static final int MOST_LOOKS = 200;
    private static final long LOOK_NANOS = 100_000_000;

    private final Tomcat tomcat = new Tomcat();
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    private Redeployments() {}

    public static void main(String[] args) throws Exception {
        Redeployments redeployments = new Redeployments();
        redeployments.start();
        awaitAnswer(URI.create(args[2]).toURL());
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            redeployments.once(args[0], args[2]);
        }
        Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
        while (in.hasNextLine()) {
            in.nextLine();
            System.gc();
            long alive = redeployments.loaders.stream()
                    .filter(loader -> loader.get() != null)
                    .count();
            System.out.println("alive " + alive);
        }
    }

    /** Until its first call, an application may not know yet whom it can call. */
    private static void awaitAnswer(URL url) throws IOException {
        for (int i = 0; !isAnswered(url); i++) {
            if (i == MOST_LOOKS) {
                throw new IOException(url + " is never answered");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean isAnswered(URL url) {
        try (InputStream in = url.openStream()) {
            in.readAllBytes();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void start() throws Exception {
        tomcat.setBaseDir(new File(System.getProperty("java.io.tmpdir"), "redeployments").getPath());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
    }

    private void once(String folder, String url) throws Exception {
        Context context = tomcat.addContext("/app", folder);
        Tomcat.addServlet(context, "calls", "webapp.Calls").addMapping("/calls");
        loaders.add(new WeakReference<>(context.getLoader().getClassLoader()));
        int port = tomcat.getConnector().getLocalPort();
        URLConnection call = URI.create("http://127.0.0.1:" + port + "/app/calls?url=" + url)
                .toURL()
                .openConnection();
        try (InputStream in = call.getInputStream()) {
            System.out.println("answered " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        tomcat.getHost().removeChild(context);
        context.destroy();
    }
}
