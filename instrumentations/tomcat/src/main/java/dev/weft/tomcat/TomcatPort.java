package dev.weft.tomcat;

import dev.weft.engine.adapt.After;
import dev.weft.engine.adapt.Arrival;
import dev.weft.engine.adapt.Latecomer;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.adapt.Workload;
import javax.management.JMException;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The port of an HTTP connector, once it accepts connections: the real one where 0 was configured.
 * AJP and unix domain sockets are not for the mesh.
 */
@Weave(type = "org.apache.coyote.AbstractProtocol", method = "start", args = 0)
public final class TomcatPort implements After, Latecomer {
    private final Workload workload;

    public TomcatPort(Mesh mesh) {
        this.workload = mesh.workload();
    }

    @Override
    public @Nullable Object after(@Nullable Object self, @Nullable Object[] args, @Nullable Object result) {
        if (self instanceof AbstractHttp11Protocol<?> http && http.getLocalPort() > 0) {
            workload.listening(http.getLocalPort(), http.isSSLEnabled() ? "https" : "http");
        }
        return result;
    }

    @Override
    public void catchUp(Class<?> woven, Arrival arrival) {
        try {
            RunningConnectors.tell(workload);
        } catch (JMException gone) {
            arrival.say("Tomcat: its MBeans can't be read (" + gone + "); the first request tells the port");
        }
    }
}
