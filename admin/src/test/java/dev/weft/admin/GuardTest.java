package dev.weft.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final String TOKEN = "0123456789abcdef";
    private final Guard guard = new Guard(TOKEN);

    private @Nullable AdminAnswer overUnixSocket(String method, String header, boolean sameUser) throws Exception {
        return guard.refuse(AdminRequest.parse(method + " /change HTTP/1.1" + header), true, sameUser);
    }

    private static int status(@Nullable AdminAnswer refusal) {
        return refusal == null ? 200 : refusal.status();
    }

    @Test
    void anotherUserAtAUnixSocketLooksAndNeedsTheTokenForMore() throws Exception {
        assertEquals(200, status(overUnixSocket("GET", "", false)));
        assertEquals(401, status(overUnixSocket("POST", "", false)));
        assertEquals(401, status(overUnixSocket("POST", "\r\nAuthorization: Bearer x" + TOKEN, false)));
        assertEquals(200, status(overUnixSocket("POST", "\r\nAuthorization: Bearer " + TOKEN, false)));
        assertEquals(200, status(overUnixSocket("POST", "", true)));
    }

    @Test
    void withoutATokenWhoeverIsOnThisMachineChangesButNoWebPageDoes() throws Exception {
        Guard open = new Guard(null);
        assertEquals(200, status(open.refuse(AdminRequest.parse("POST /a HTTP/1.1\r\nHost: 127.0.0.1"), false, false)));
        assertEquals(
                421, status(open.refuse(AdminRequest.parse("POST /a HTTP/1.1\r\nHost: evil.example"), false, false)));
        assertEquals(
                403,
                status(open.refuse(
                        AdminRequest.parse("POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example"),
                        false,
                        false)));
        assertEquals(405, status(open.refuse(AdminRequest.parse("PUT /a HTTP/1.1\r\nHost: [::1]:1"), false, false)));
    }

    @Test
    void beingTheSameUserExcusesNoWebPageAndNoOtherMethod() throws Exception {
        assertEquals(403, status(overUnixSocket("POST", "\r\nOrigin: http://evil.example", true)));
        assertEquals(405, status(overUnixSocket("PUT", "", true)));
    }
}
