package sample;

import java.io.File;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Serves on a free port until it is killed: {@code Server ID [PORT [ADDRESS]]}. Prints {@code listening PORT}. */
public final class Server {
    private Server() {}

    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(new File(System.getProperty("java.io.tmpdir"), "tomcat-" + args[0]).getPath());
        tomcat.setPort(args.length > 1 ? Integer.parseInt(args[1]) : 0);
        tomcat.setSilent(true);
        Connector connector = tomcat.getConnector();
        connector.setProperty("address", args.length > 2 ? args[2] : "127.0.0.1");
        connector.setProperty("maxThreads", "300");
        connector.setProperty("acceptCount", "2000");
        connector.setProperty("maxKeepAliveRequests", "-1");
        Tomcat.addServlet(tomcat.addContext("", null), "pages", new Pages(args[0]))
                .addMapping("/*");
        tomcat.start();
        System.out.println("listening " + connector.getLocalPort());
        tomcat.getServer().await();
    }
}
