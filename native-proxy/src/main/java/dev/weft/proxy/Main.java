package dev.weft.proxy;

import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.systemd.Activation;
import dev.weft.proxy.systemd.Notifier;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The process {@code weft proxy}: reads what it is to do, runs until it is told to end, and leaves in order. */
public final class Main {
    private static final int WRONG = 2;
    private static final int FAILED = 1;

    private static final String USAGE = """
            usage: weft proxy --service NAME [--port PORT] [--config FILE] [--KEY VALUE ...]

            Makes an application that is no JVM a member of the mesh: others reach its PORT under NAME
            through the inbound listener, and it reaches others by name through the outbound one
            (http_proxy=http://127.0.0.1:15001, or its address and a Host header).

              --service NAME        how others call the application
              --port PORT           where the application listens on this machine; none without
              --protocol P          what it speaks: http (the default), tcp or auto
              --health.check C      how it is found out whether it is well: tcp (the default), http, grpc or command
              --config FILE         more keys as YAML; each is an option here too, and a WEFT_ variable
              --control.plane H:P   where the rules come from; else the control plane of the same user
              --inbound H:P         default 0.0.0.0:15006
              --outbound H:P        default 127.0.0.1:15001
              --admin.address H:P   default 127.0.0.1:15000
              --hot.restart FILE    a unix socket: started once more with it, the new process takes over
              --intercept true      takes what `weft intercept install` leads here, and answers DNS

            docs/proxy.md lists all keys.
            """;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        // Netty would look for three others first, in all jars.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        System.exit(run(args, System.out, System.err));
    }

    private static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
        Map<Key, String> line = new EnumMap<>(Key.class);
        Path file = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--help") || args[i].equals("-h")) {
                out.print(USAGE);
                return 0;
            }
            Key key = key(args[i]);
            boolean config = args[i].equals("--config");
            if (key == null && !config || i + 1 == args.length) {
                err.println("weft: '" + args[i] + "' is "
                        + (key == null && !config
                                ? "no option; the nearest is '--" + nearest(args[i]) + "'"
                                : "without a value"));
                err.print(USAGE);
                return WRONG;
            }
            i++;
            if (key != null) {
                line.put(key, args[i]);
            } else {
                file = Path.of(args[i]);
            }
        }
        try {
            ProxyConfig config = ProxyConfig.read(line, System.getenv(), file);
            Map<String, String> environment = System.getenv();
            ProxyLog log = new ProxyLog(out, Logger.Level.of(config.log()));
            return serve(new Proxy(
                    config,
                    log,
                    Activation.sockets(environment, ProcessHandle.current().pid()),
                    Notifier.of(environment, log.logger(ProxyLog.PROXY)::warn)));
        } catch (ProxyConfig.Wrong wrong) {
            wrong.errors().forEach(error -> err.println("weft: " + error));
            return WRONG;
        } catch (IOException e) {
            err.println("weft: " + e.getMessage());
            return FAILED;
        }
    }

    private static @Nullable Key key(String option) {
        for (Key key : Key.values()) {
            if (option.equals("--" + key.key())) {
                return key;
            }
        }
        return null;
    }

    private static String nearest(String option) {
        return Key.nearest(option.startsWith("--") ? option.substring(2) : option);
    }

    private static int serve(Proxy proxy) throws InterruptedException, IOException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            proxy.drain();
                            proxy.close();
                        },
                        "weft-proxy-end"));
        proxy.begin();
        proxy.succeed();
        proxy.awaitSuccessor();
        return 0;
    }
}
