package dev.weft.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminRequestTest {
    private static AdminRequest asked(String target, String accept) throws AdminRequest.Malformed {
        List<AdminRequest.Pair> headers = accept == null ? List.of() : List.of(new AdminRequest.Pair("accept", accept));
        return AdminRequest.of("GET", target, headers);
    }

    @ParameterizedTest
    @CsvSource({
        "/a, , true, true",
        "/a, , false, false",
        "/a?format=json, , true, false",
        "/a?format=text, , false, true",
        "/a?format=json, text/plain, true, false",
        "/a?format=yaml, , true, true",
        "/a, text/plain, false, true",
        "/a, application/json, true, false",
        "/a, */*, true, true",
        "/a, 'text/plain, application/json', false, false"
    })
    void textOrJsonIsWhatIsAskedForElseWhatIsUsual(String target, String accept, boolean usually, boolean text)
            throws Exception {
        assertEquals(text, asked(target, accept).wantsText(usually));
    }

    @Test
    void aParameterMayStandAlone() throws Exception {
        AdminRequest request = asked("/drain?undo&x=%41&=y", null);
        assertEquals("/drain", request.path());
        assertTrue(request.has("undo"));
        assertEquals("", request.parameter("undo"));
        assertEquals("A", request.parameter("x"));
        assertFalse(request.has("y"));
        assertNull(request.parameter("y"));
        assertThrows(AdminRequest.Malformed.class, () -> asked("/drain?%zz", null));
    }
}
