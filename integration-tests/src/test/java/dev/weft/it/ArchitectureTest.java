package dev.weft.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom: the arrows between modules and packages, as rules. */
class ArchitectureTest {
    private static final String[] ADAPTERS = {
        "dev.weft.adapters.jdkhttp..",
        "dev.weft.adapters.urlconnection..",
        "dev.weft.adapters.httpclient4..",
        "dev.weft.adapters.httpclient5..",
        "dev.weft.tomcat..",
        "dev.weft.spring.."
    };

    private static final String[] ASSEMBLY = {
        "dev.weft.agent",
        "dev.weft.agent.admin..",
        "dev.weft.agent.config..",
        "dev.weft.agent.log..",
        "dev.weft.agent.workload.."
    };

    private static final String[] WEAVER = {
        "dev.weft.agent.adapter..",
        "dev.weft.agent.check..",
        "dev.weft.agent.harness..",
        "dev.weft.agent.index..",
        "dev.weft.agent.loader..",
        "dev.weft.agent.weave.."
    };

    private static JavaClasses all;

    @BeforeAll
    static void read() {
        all = new ClassFileImporter()
                .withImportOption(location -> !location.contains("/integration-tests/"))
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.weft");
    }

    @Test
    void everyModuleIsLookedAt() {
        for (String one : Stream.of(
                        Stream.of(ADAPTERS),
                        Stream.of(ASSEMBLY),
                        Stream.of(WEAVER),
                        Stream.of(
                                "dev.weft.engine..",
                                "dev.weft.bootstrap..",
                                "dev.weft.protocol..",
                                "dev.weft.telemetry..",
                                "dev.weft.client..",
                                "dev.weft.admin..",
                                "dev.weft.health..",
                                "dev.weft.control..",
                                "dev.weft.proxy..",
                                "dev.weft.cli.."))
                .flatMap(names -> names)
                .toList()) {
            assertTrue(all.stream().anyMatch(resideInAPackage(one)), one + " is empty: has it moved?");
        }
    }

    /** Everything in some packages may know the JDK, itself, and these. */
    private static void knowsOnly(List<String> packages, String... others) {
        String[] own = packages.toArray(String[]::new);
        classes()
                .that()
                .resideInAnyPackage(own)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(own)
                        .or(resideInAnyPackage(others))
                        .or(ofTheJdk())
                        .or(resideInAPackage("org.jspecify..")))
                .check(all);
    }

    private static DescribedPredicate<JavaClass> ofTheJdk() {
        return resideInAnyPackage(
                        "java..",
                        "javax.net..",
                        "javax.crypto..",
                        "javax.security..",
                        "com.sun.tools.attach..",
                        "com.sun.management..")
                .or(describe(
                        "primitive",
                        type -> type.isPrimitive()
                                || type.getBaseComponentType().isPrimitive()));
    }

    @Test
    void theBootstrapKnowsTheJdkOnly() {
        knowsOnly(List.of("dev.weft.bootstrap.."));
    }

    @Test
    void theEngineKnowsTheJdkAndRe2jOnly() {
        knowsOnly(List.of("dev.weft.engine.."), "com.google.re2j..");
    }

    @Test
    void telemetryKnowsTheEngineOnly() {
        knowsOnly(List.of("dev.weft.telemetry.."), "dev.weft.engine..");
    }

    @Test
    void theAdminPagesKnowWhatTheyShow() {
        knowsOnly(List.of("dev.weft.admin.."), "dev.weft.engine..", "dev.weft.telemetry..", "dev.weft.client.report..");
    }

    @Test
    void theControlClientKnowsEngineAndProtocol() {
        knowsOnly(
                List.of("dev.weft.client.."),
                "dev.weft.engine..",
                "dev.weft.protocol..",
                "com.google.gson..",
                "com.google.re2j..",
                "io.grpc..",
                "io.netty..");
    }

    @Test
    void healthChecksKnowTheWireOnly() {
        knowsOnly(List.of("dev.weft.health.."), "io.grpc..", "io.netty..");
    }

    @Test
    void theWeaverKnowsTheEngineAndNoAdapter() {
        knowsOnly(List.of(WEAVER), "dev.weft.engine..", "org.objectweb.asm..");
    }

    @Test
    void theControlPlaneKnowsTheProtocolAndNothingOfTheDataPlane() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.weft.engine..",
                        "dev.weft.client..",
                        "dev.weft.telemetry..",
                        "dev.weft.admin..",
                        "dev.weft.agent..",
                        "dev.weft.cli..")
                .check(all);
    }

    @Test
    void theProtocolKnowsNothingElseOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.protocol..")
                .should()
                .dependOnClassesThat(
                        ours().and(resideInAPackage("dev.weft.protocol..").negate()))
                .check(all);
    }

    @Test
    void meshDnsAndInterceptionKnowTheEngineAndNettyOnly() {
        knowsOnly(
                List.of("dev.weft.proxy.address..", "dev.weft.proxy.dns..", "dev.weft.proxy.intercept.."),
                "dev.weft.engine..",
                "io.netty..");
    }

    @Test
    void theProxyKnowsWhatIsNotTheAgents() {
        knowsOnly(
                List.of("dev.weft.proxy.."),
                "dev.weft.engine..",
                "dev.weft.client..",
                "dev.weft.admin..",
                "dev.weft.telemetry..",
                "dev.weft.protocol..",
                "dev.weft.health..",
                "io.netty..",
                "org.yaml.snakeyaml..");
    }

    /** Both ends of a connection are bytes; who asks what of them, and what is configured, are put together above. */
    @Test
    void theProxysDataPathKnowsNoConfigurationAndNoControlPlane() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.weft.proxy.http1..", "dev.weft.proxy.listen..", "dev.weft.proxy.tcp..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.weft.proxy", "dev.weft.proxy.config..", "dev.weft.client..", "dev.weft.admin..")
                .check(all);
    }

    @Test
    void theCommandLineKnowsControlPlaneProtocolReplayAndWhatItInstalls() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.cli..")
                .should()
                .dependOnClassesThat(ours().and(resideInAnyPackage(
                                "dev.weft.cli..",
                                "dev.weft.control",
                                "dev.weft.control.identity",
                                "dev.weft.protocol..",
                                "dev.weft.proxy.address",
                                "dev.weft.proxy.dns",
                                "dev.weft.proxy.intercept",
                                "dev.weft.testkit.replay")
                        .negate()))
                .check(all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.weft.adapters.jdkhttp..",
                "dev.weft.adapters.urlconnection..",
                "dev.weft.adapters.httpclient4..",
                "dev.weft.adapters.httpclient5..",
                "dev.weft.tomcat..",
                "dev.weft.spring.."
            })
    void anAdapterKnowsTheEngineAndItsLibrary(String adapter) {
        noClasses()
                .that()
                .resideInAPackage(adapter)
                .should()
                .dependOnClassesThat(ours().and(
                                resideInAnyPackage(adapter, "dev.weft.engine..").negate()))
                .check(all);
    }

    @Test
    void onlyTheAssemblyKnowsTheAssembly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ASSEMBLY)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ASSEMBLY)
                .check(all);
    }

    @Test
    void policiesStandAlone() {
        knowsOnly(
                List.of("dev.weft.engine.policy"),
                "dev.weft.engine.call",
                "dev.weft.engine.snapshot",
                "dev.weft.engine.balance");
        slices().assignedFrom(Slices.named("policy", ArchitectureTest::policy))
                .should()
                .notDependOnEachOther()
                .check(all);
    }

    /** The file a policy stands in. */
    private static String policy(JavaClass type) {
        JavaClass one = type.getBaseComponentType(); // an array is of the file of what is in it
        boolean policy = one.getPackageName().equals("dev.weft.engine.policy");
        int nested = one.getName().indexOf('$');
        return policy ? one.getName().substring(0, nested < 0 ? one.getName().length() : nested) : "";
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine", "client", "control", "telemetry", "admin", "protocol", "agent", "proxy", "cli"})
    void packagesHaveNoCycles(String module) {
        String root = "dev.weft." + module;
        slices().assignedFrom(Slices.named("package", type -> {
                    String name = type.getPackageName();
                    return name.equals(root) || name.startsWith(root + ".") ? name : "";
                }))
                .should()
                .beFreeOfCycles()
                .check(all);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that(ours())
                .should()
                .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
                .orShould()
                .haveNameMatching(".*\\.Abstract[^.]*")
                .check(all);
    }

    @Test
    void packagesAreNamedAfterThingsOfTheDomain() {
        noClasses()
                .that(ours())
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..manager..", "..helper..")
                .check(all);
    }

    @Test
    void engineAndControlClientReadNoClockAndNeverSleep() {
        for (String packages : List.of("dev.weft.engine..", "dev.weft.client..")) {
            noClasses()
                    .that()
                    .resideInAPackage(packages)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Thread.class, "sleep", long.class)
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .check(all);
        }
    }

    @Test
    void theEngineStartsNoThread() {
        noClasses()
                .that()
                .resideInAPackage("dev.weft.engine..")
                .should()
                .callConstructorWhere(JavaCall.Predicates.target(owner(assignableTo(Thread.class))))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ExecutorService.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .check(all);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage("dev.weft..");
    }
}
