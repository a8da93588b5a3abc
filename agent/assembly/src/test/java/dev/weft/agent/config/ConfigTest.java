package dev.weft.agent.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.log.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConfigTest {
    @TempDir
    Path directory;

    private static Properties properties(String... pairs) {
        Properties properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    private static Config arguments(String args) {
        return Config.read(args, properties(), Map.of());
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(directory.resolve("weft.yaml"), text);
    }

    @Test
    void withoutAnythingEveryValueIsItsDefault() {
        Config config = arguments("");
        assertTrue(config.enabled());
        assertTrue(config.admin());
        assertTrue(config.tracing());
        assertEquals(new Control(List.of(), "", true, null, ""), config.control());
        assertEquals("default", config.namespace());
        assertEquals("127.0.0.1:0", config.adminAddress());
        assertEquals(5_000, config.drainMillis());
        assertEquals(LogLevel.INFO, config.log());
        assertEquals(List.of(), config.errors());
        assertNull(config.telemetry(), "its classes are not even loaded");
        for (Setting setting : config.settings()) {
            assertEquals("default", setting.source());
        }
    }

    @Test
    void argumentsWinOverPropertiesThoseOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = yaml("service: file\nnamespace: file\nzone: file\nregion: file\n");
        Config config = Config.read(
                "service=argument,config=" + file,
                properties("weft.service", "property", "weft.namespace", "property"),
                Map.of("WEFT_SERVICE", "environment", "WEFT_NAMESPACE", "environment", "WEFT_ZONE", "environment"));
        assertEquals("argument", config.service());
        assertEquals("property", config.namespace());
        assertEquals("environment", config.zone());
        assertEquals("file", config.region());
        assertEquals(List.of(), config.errors());
        Map<String, String> sources = new java.util.TreeMap<>();
        config.settings().forEach(setting -> sources.put(setting.key(), setting.source()));
        assertEquals("agent argument service", sources.get("service"));
        assertEquals("-Dweft.namespace", sources.get("namespace"));
        assertEquals("WEFT_ZONE", sources.get("zone"));
        assertEquals(file.toString(), sources.get("region"));
    }

    @Test
    void aFileMayBeNestedOrDotted() throws IOException {
        Path file = yaml("""
                control: {plane: "10.0.0.5:15010"}
                admin.address: 127.0.0.1:9000
                labels: {team: shop, tier: web}
                instrumentation:
                  tomcat: false
                """);
        Config config = arguments("config=" + file);
        assertEquals(List.of(), config.errors());
        assertEquals(List.of("10.0.0.5:15010"), config.control().planes());
        assertEquals("127.0.0.1:9000", config.adminAddress());
        assertEquals(Map.of("team", "shop", "tier", "web"), config.labels());
        assertEquals(Set.of("tomcat"), config.switchedOff());
    }

    @Test
    void aFileThatIsNotYamlIsOneErrorThatNamesIt() throws IOException {
        Path file = yaml("a: [b");
        Config config = arguments("config=" + file + ",service=order");
        assertEquals(1, config.errors().size());
        assertTrue(config.errors().get(0).startsWith(file + " is not valid: "));
        assertEquals("order", config.service());
    }

    @Test
    void aFileThatIsNotThereIsOneErrorThatNamesIt() {
        Config config = arguments("config=/no/such/file.yaml");
        assertEquals(1, config.errors().size());
        assertTrue(config.errors().get(0).startsWith("/no/such/file.yaml can't be read"));
    }

    @Test
    void instrumentationsAreSwitchedOffByTheirNamesInEveryPlace() {
        Config config = Config.read(
                "instrumentation.tomcat=false",
                properties("weft.instrumentation.jdk-http", "false"),
                Map.of("WEFT_INSTRUMENTATION_SPRING_BOOT", "false"));
        assertEquals(Set.of("tomcat", "jdk-http", "spring-boot"), config.switchedOff());
    }

    @ParameterizedTest
    @CsvSource({
        "contol.plane, control.plane",
        "servise, service",
        "admin.adress, admin.address",
        "instrumentation, instrumentation.<name>",
        "tracig, tracing",
        "statedir, state.dir"
    })
    void anUnknownKeyIsNamedWithItsNearest(String written, String nearest) {
        Config config = arguments(written + "=x");
        assertEquals(
                List.of("agent argument " + written + ": '" + written + "' is not a key; the nearest is '" + nearest
                        + "'"),
                config.errors());
    }

    @Test
    void unknownKeysOfTheEnvironmentAreErrorsButForThoseOfOtherPartsOfWeft() {
        Map<String, String> environment = Map.of("WEFT_CONTROLPLANE", "x:1", "WEFT_RUNTIME_DIR", "/tmp/x");
        Config config = Config.read("", properties(), environment);
        assertEquals(
                List.of("WEFT_CONTROLPLANE: 'CONTROLPLANE' is not a key; the nearest is 'control.plane'"),
                config.errors());
    }

    @ParameterizedTest
    @CsvSource({
        "enabled=yes, enabled",
        "control.plane=nowhere, control.plane",
        "control.plane=host:99999, control.plane",
        "control.plane=host:1;, control.plane",
        "control.plane=host:1;;b:2, control.plane",
        "control.profile=consul, control.profile",
        "control.bootstrap=maybe, control.bootstrap",
        "service=a b, service",
        "admin.address=0.0.0.0:1, admin.address",
        "admin.address=127.0.0.1.example.org:1, admin.address",
        "drain=fast, drain",
        "drain=11m, drain",
        "log=loud, log",
        "address=localhost, address",
        "labels=a, labels",
        "instrumentation.tomcat=no, instrumentation.tomcat"
    })
    void aWrongValueIsNamedWithItsSourceAndLeavesTheDefault(String argument, String key) {
        Config config = arguments(argument);
        assertEquals(1, config.errors().size(), config.errors().toString());
        String value = argument.substring(argument.indexOf('=') + 1);
        String start = "agent argument " + key + ": '" + value + "' is not a value of '" + key + "', which takes ";
        assertTrue(config.errors().get(0).startsWith(start), config.errors().get(0));
        Config defaults = arguments("");
        assertEquals(defaults.enabled(), config.enabled());
        assertEquals(defaults.control(), config.control());
        assertEquals(defaults.adminAddress(), config.adminAddress());
        assertEquals(defaults.drainMillis(), config.drainMillis());
        assertEquals(defaults.switchedOff(), config.switchedOff());
    }

    @ParameterizedTest
    @CsvSource({"unix:///run/weft/xds", "unix:/run/weft/xds", "[::1]:15010", "10.0.0.1:1", "control-plane.mesh:15010"})
    void addressesOfControlPlanesAreTaken(String target) {
        assertEquals(
                List.of(target), arguments("control.plane=" + target).control().planes());
    }

    @Test
    void severalControlPlanesStandInTheOrderOfPreference() {
        Control control = arguments("control.plane=a:1; b:2;unix:/c").control();
        assertEquals(List.of("a:1", "b:2", "unix:/c"), control.planes());
    }

    @Test
    void whateverBelongsToTlsSwitchesItOn() {
        Control.Tls tls = arguments("control.authorities=/ca.pem,control.server.name=istiod")
                .control()
                .tls();
        assertEquals(new Control.Tls("/ca.pem", "", "", "istiod"), tls);
        assertEquals(
                new Control.Tls("", "", "", ""),
                arguments("control.security=tls").control().tls());
        assertNull(arguments("control.security=plaintext").control().tls());
    }

    @Test
    void aWrongWordForTheSecurityOfAConnectionIsTakenForTheSafeOne() {
        Config config = arguments("control.security=tsl");
        assertEquals(
                List.of("agent argument control.security: 'tsl' is not a value of 'control.security', which takes "
                        + "plaintext or tls; 'tls' is used"),
                config.errors());
        assertEquals(new Control.Tls("", "", "", ""), config.control().tls());
    }

    @Test
    void whatBelongsToTlsContradictsPlaintext() {
        Config config = arguments("control.security=plaintext,control.authorities=/ca.pem");
        assertEquals(
                List.of("agent argument control.authorities: 'control.authorities' is of no use with plaintext; "
                        + "'tls' is used"),
                config.errors());
        assertEquals("/ca.pem", Objects.requireNonNull(config.control().tls()).authorities());
    }

    @Test
    void aCertificateAndItsKeyGoTogether() {
        Config config = arguments("control.certificate=/chain.pem");
        assertEquals(1, config.errors().size());
        assertTrue(
                config.errors().get(0).contains("go together"), config.errors().get(0));
        assertEquals(new Control.Tls("", "", "", ""), config.control().tls());
    }

    @Test
    void aTokenNeedsTlsUnlessItStaysOnThisMachine() {
        Config open = arguments("control.plane=a:1,control.token=/token");
        assertEquals(1, open.errors().size());
        assertTrue(
                open.errors().get(0).contains("never sent without TLS"),
                open.errors().get(0));
        assertEquals("", open.control().token());
        assertEquals(
                "/token",
                arguments("control.plane=a:1,control.security=tls,control.token=/token")
                        .control()
                        .token());
        assertEquals(
                "/token",
                arguments("control.plane=unix:/a,control.token=/token")
                        .control()
                        .token());
    }

    @Test
    void anArgumentWithoutAValueIsAnError() {
        assertEquals(
                List.of("agent argument 'tracing' is not key=value"),
                arguments("tracing").errors());
    }

    @ParameterizedTest
    @EnumSource(Key.class)
    void everyKeyStandsInTheDocumentation(Key key) throws IOException {
        String name = key == Key.INSTRUMENTATION ? "instrumentation.<name>" : key.key();
        String row = Files.readAllLines(Path.of("../../docs/configuration.md")).stream()
                .filter(line -> line.startsWith("| `" + name + "` |"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/configuration.md has no row for " + name));
        assertTrue(row.contains("| " + key.accepts() + " |"), row);
        boolean text = key.fallback().isEmpty();
        assertEquals(!text, row.contains("| `" + key.fallback() + "` |") && !text, row);
    }

    @Test
    void theDocumentationNamesNoKeyThatDoesNotExist() throws IOException {
        for (String line : Files.readAllLines(Path.of("../../docs/configuration.md"))) {
            if (line.startsWith("| `")) {
                String name = line.substring(3, line.indexOf('`', 3));
                boolean known = name.equals("instrumentation.<name>")
                        || java.util.Arrays.stream(Key.values())
                                .anyMatch(key -> key.key().equals(name));
                assertTrue(known, name);
            }
        }
        assertFalse(Key.values().length == 0);
    }
}
