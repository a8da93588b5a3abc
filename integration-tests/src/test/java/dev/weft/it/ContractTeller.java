package dev.weft.it;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.weft.agent.harness.Attach;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Tells the client contract in a JVM where another agent is too: {@code ContractTeller CLASS...}. As an agent itself it
 * takes the place on the command line that the weaver of the stories has then, however often they put it in and out:
 * the JVM asks agents in the order in which each first wanted to transform classes.
 */
public final class ContractTeller {
    private static final String OTHER = "io/opentelemetry/";
    private static final String[] LIBRARIES = {
        "jdk/internal/net/http/", "sun/net/www/protocol/http/", "org/apache/http/", "org/apache/hc/", "okhttp3/"
    };

    /** Classes of the libraries which the other agent had changed before they came here. */
    private static final Set<String> MARKED = ConcurrentHashMap.newKeySet();

    private ContractTeller() {}

    public static void premain(@Nullable String args, Instrumentation inst) {
        Attach.agentmain(args, inst);
        inst.addTransformer(new Look(), true);
    }

    public static void main(String[] classes) {
        LauncherDiscoveryRequest contract = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(classes).map(name -> selectClass(name)).toList())
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false") // a JVM has one weaver
                .build();
        LauncherFactory.create().execute(contract, new Aloud());
        MARKED.forEach(name -> System.out.println("marked\t" + name));
        System.out.println("end");
        System.exit(0);
    }

    /** Says what became of each story. */
    private static final class Aloud implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier told, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            if (told.isTest() || thrown != null) {
                System.out.println(String.join("\t", "told", teller(told), told.getDisplayName(), oneLine(thrown)));
            }
        }

        private static String teller(TestIdentifier told) {
            return told.getUniqueIdObject().getSegments().stream()
                    .filter(segment -> segment.getType().equals("class"))
                    .map(UniqueId.Segment::getValue)
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .findFirst()
                    .orElse("none");
        }

        /** Empty for none. */
        private static String oneLine(@Nullable Throwable thrown) {
            if (thrown == null) {
                return "";
            }
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString().replace("\t", "    ").replace("\n", "\\n");
        }
    }

    /** Sees what the agents before this one have made of a class. */
    private static final class Look implements ClassFileTransformer {
        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] bytes) {
            for (String library : LIBRARIES) {
                if (name != null
                        && name.startsWith(library)
                        && new String(bytes, StandardCharsets.ISO_8859_1).contains(OTHER)) {
                    MARKED.add(name);
                }
            }
            return null;
        }
    }
}
