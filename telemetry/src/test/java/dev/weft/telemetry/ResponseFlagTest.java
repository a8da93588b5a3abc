package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.Call;
import dev.weft.engine.call.End;
import dev.weft.engine.call.Step;
import dev.weft.engine.snapshot.Match;
import dev.weft.engine.snapshot.Snapshot;
import dev.weft.telemetry.Calls.Manner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Envoy would have logged of the same call. */
class ResponseFlagTest {
    private final List<String> told = new ArrayList<>();
    private final Calls calls =
            new Calls((call, delivered, endedAt, code, flags) -> told.add(ResponseFlag.status(code, flags) + " "
                    + ResponseFlag.text(flags) + " " + CallEnd.details(call, delivered, flags)));

    private String one() {
        assertEquals(1, told.size());
        return told.get(0);
    }

    @Test
    void anAnswerHasNoFlag() {
        calls.to(Manner.ANSWERS).status(404).get("/");
        assertEquals("404 - via_upstream", one());
    }

    @Test
    void aConnectionThatCanNotBeMadeIsUf() {
        calls.retries(0).to(Manner.REFUSES).get("/");
        assertEquals("503 UF upstream_reset_before_response_started{connection_failure}", one());
    }

    @Test
    void theLastOfSeveralAttemptsIsAlsoUrx() {
        calls.retries(1).to(Manner.REFUSES, Manner.REFUSES).get("/");
        assertEquals("503 UF,URX upstream_reset_before_response_started{connection_failure}", one());
    }

    @Test
    void anAnswerAfterAllRetriesIsUrxToo() {
        calls.retries(1).to(Manner.ANSWERS).status(503).get("/");
        assertEquals("503 URX via_upstream", one());
    }

    @Test
    void aRetryThatSucceedsHasNoFlag() {
        calls.retries(1).to(Manner.REFUSES, Manner.ANSWERS).get("/");
        assertEquals("200 - via_upstream", one());
    }

    @Test
    void aBrokenConnectionIsUc() {
        calls.retries(0).to(Manner.BREAKS).get("/");
        assertEquals("503 UC upstream_reset_before_response_started{connection_termination}", one());
    }

    @Test
    void aTimeLimitIsUt() {
        calls.retries(0).to(Manner.SILENT).get("/");
        assertEquals("504 UT response_timeout", one());
    }

    @Test
    void aClusterWithoutEndpointsIsUh() {
        calls.to().get("/");
        assertEquals("503 UH no_healthy_upstream", one());
    }

    @Test
    void aClusterThatIsNotKnownIsNc() {
        calls.publish("nowhere", List.of(), Match.ANY);
        calls.engine.publish(new Snapshot(
                "2",
                calls.engine.snapshot().directory(),
                calls.engine.snapshot().hosts(),
                Map.of()));
        calls.get("/");
        assertEquals("503 NC cluster_not_found", one());
    }

    @Test
    void anApplicationThatGivesUpIsDc() {
        calls.to(Manner.SILENT);
        Call call = calls.begin(new Calls.Asked("order", "GET", "/", false));
        Step.Send send = (Step.Send) call.next(calls.now);
        call.cancel(calls.now);
        call.end(send.attempt(), End.CANCELLED, calls.now);
        assertEquals("0 DC downstream_remote_disconnect", one());
    }

    @Test
    void severalFlagsStandInEnvoysOrder() {
        assertEquals(
                "UF,DC,URX", ResponseFlag.text(ResponseFlag.URX.bit() | ResponseFlag.UF.bit() | ResponseFlag.DC.bit()));
        assertEquals("-", ResponseFlag.text(0));
    }
}
