package dev.weft.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingTest {
    private final Map<String, String> levels = new TreeMap<>(Map.of("dns", "info", "tls", "info"));

    private final Logging logging = new Logging(new Loggers() {
        @Override
        public Map<String, String> levels() {
            return levels;
        }

        @Override
        public List<String> known() {
            return List.of("off", "error", "warn", "info", "debug");
        }

        @Override
        public void set(String logger, String level) {
            levels.put(logger, level);
        }
    });

    private AdminAnswer post(String query) throws AdminRequest.Malformed {
        return logging.change(AdminRequest.of("POST", "/logging" + query, List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', info, info",
        "?level=debug, debug, debug",
        "?level=WARNING, warn, warn",
        "?dns=trace, debug, info",
        "?dns=off&tls=critical, off, error",
        "'?paths=dns:debug,tls:warn', debug, warn",
        "?level=warn&dns=debug, debug, warn"
    })
    void levelsAreSetForAllOrForSome(String query, String dns, String tls) throws Exception {
        AdminAnswer answer = post(query);
        assertEquals(200, answer.status(), answer.body());
        assertEquals("active loggers:\n  dns: " + dns + "\n  tls: " + tls + "\n", answer.body());
        assertEquals(Map.of("dns", dns, "tls", tls), levels);
    }

    @ParameterizedTest
    @CsvSource({
        "?level=loud, 'loud'",
        "?dns=, ''",
        "?nobody=debug, 'nobody'",
        "?tls=debug&nobody=debug, 'nobody'",
        "?paths=dns, 'dns'",
        "'?paths=tls:debug,dns:loud', 'loud'"
    })
    void whatIsWrongIsNamedAndNothingChanges(String query, String wrong) throws Exception {
        AdminAnswer answer = post(query);
        assertEquals(400, answer.status());
        assertTrue(answer.body().startsWith("'" + wrong + "' is "), answer.body());
        assertEquals(Map.of("dns", "info", "tls", "info"), levels);
    }

    @Test
    void asJsonForWhoWantsThat() throws Exception {
        AdminRequest request = AdminRequest.of("GET", "/logging?format=json", List.of());
        assertEquals(
                "{\"loggers\":{\"dns\":\"info\",\"tls\":\"info\"}}\n",
                logging.show(request).body());
    }
}
