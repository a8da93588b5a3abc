package dev.weft.tomcat;

import dev.weft.engine.adapt.Workload;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;

/**
 * HTTP connectors that listened before the agent came, as Tomcat's MBeans tell of them. Spring Boot keeps these off;
 * there Spring itself is asked.
 */
final class RunningConnectors {
    private RunningConnectors() {}

    /** Asks the MBean servers that are there, and makes none. */
    static void tell(Workload workload) throws JMException {
        for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
            for (ObjectName connector : server.queryNames(new ObjectName("*:type=Connector,*"), null)) {
                String handler = String.valueOf(server.getAttribute(connector, "protocolHandlerClassName"));
                if (handler.contains(".http11.")
                        && server.getAttribute(connector, "localPort") instanceof Integer port
                        && port > 0) {
                    // Behind a proxy the scheme may be the proxy's; the first request tells.
                    workload.listening(port, String.valueOf(server.getAttribute(connector, "scheme")));
                }
            }
        }
    }
}
