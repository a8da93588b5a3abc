package sample;

import java.io.File;
import java.io.IOException;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;

/**
 * Serves its name on a free port until it is killed: {@code AnyTomcat ID}. Names no class of the servlet API, which is
 * another one in Tomcat 9, so that the same class file runs on each Tomcat.
 */
public final class AnyTomcat {
    private AnyTomcat() {}

    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(new File(System.getProperty("java.io.tmpdir"), "tomcat-" + args[0]).getPath());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        Connector connector = tomcat.getConnector();
        connector.setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", null);
        context.getPipeline().addValve(new Page(args[0]));
        tomcat.start();
        System.out.println("listening " + connector.getLocalPort());
        tomcat.getServer().await();
    }

    /** Whatever is asked for. */
    private static final class Page extends ValveBase {
        private final String id;

        Page(String id) {
            super(true);
            this.id = id;
        }

        @Override
        public void invoke(Request request, Response response) throws IOException {
            response.setContentType("text/plain;charset=utf-8");
            response.getWriter().print(id + " " + request.getHeader("traceparent"));
        }
    }
}
