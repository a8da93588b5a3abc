package dev.weft.client.warm;

import static dev.weft.client.warm.Conversation.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.weft.client.Xds;
import dev.weft.client.bootstrap.Profile;
import dev.weft.engine.call.Answer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A control plane that takes the mesh out of this workload's calls, and puts it back. */
final class PausingTest {
    private static final String RTDS = "type.googleapis.com/envoy.service.runtime.v3.Runtime";
    private static final String SHOP = "default/shop";

    private final List<Boolean> told = new ArrayList<>();

    private Conversation following() {
        return following(Profile.WEFT);
    }

    private Conversation following(Profile profile) {
        var conversation = new Conversation(profile);
        conversation.core.followPause(SHOP, told::add);
        return conversation;
    }

    private static Runtime layer(Value paused) {
        return Runtime.newBuilder()
                .setName(SHOP)
                .setLayer(Struct.newBuilder()
                        .putFields("weft.paused", paused)
                        .putFields(
                                "others.key",
                                Value.newBuilder().setNumberValue(1).build()))
                .build();
    }

    private static Runtime layer(boolean paused) {
        return layer(Value.newBuilder().setBoolValue(paused).build());
    }

    @Test
    void eachChangeIsToldOnce() {
        var conversation = following().open();
        assertEquals(List.of(SHOP), conversation.take(RTDS).get(0).getResourceNamesSubscribeList());
        conversation.give(RTDS, SHOP, "1", layer(false));
        assertEquals(List.of(), told);
        conversation.give(RTDS, SHOP, "2", layer(true)).give(RTDS, SHOP, "2", layer(true));
        assertEquals(List.of(true), told);
        conversation.give(RTDS, SHOP, "3", layer(false));
        assertEquals(List.of(true, false), told);
    }

    @Test
    void aLayerThatIsTakenAwayPausesNobody() {
        var conversation = following().open().give(RTDS, SHOP, "1", layer(true)).remove(RTDS, SHOP);
        assertEquals(List.of(true, false), told);
        conversation.give(RTDS, SHOP, "1", layer(true));
        assertEquals(List.of(true, false, true), told);
    }

    @Test
    void aWordThatIsNoneIsRefusedAndWhatWasStays() {
        var conversation = following().open().give(RTDS, SHOP, "1", layer(true));
        conversation.take(RTDS);
        conversation.give(
                RTDS, SHOP, "2", layer(Value.newBuilder().setStringValue("no").build()));
        conversation.pass(SECOND);
        assertTrue(
                conversation.take(RTDS).stream()
                        .anyMatch(
                                request -> request.getErrorDetail().getMessage().contains("layer.weft.paused")),
                "it is refused by name");
        assertEquals(List.of(true), told);
    }

    @Test
    void itStaysPausedWithoutAControlPlaneAlsoOverARestart() {
        var first = following().open().directory("order").give(RTDS, SHOP, "1", layer(true));
        first.close();
        first.pass(2 * SECOND);
        assertNotNull(first.saved);
        assertEquals(List.of(true), told);

        told.clear();
        var second = following();
        second.core.restore(first.saved, second.now);
        assertEquals(List.of(true), told, "before anything is called");
        second.open().give(RTDS, SHOP, "2", layer(false));
        assertEquals(List.of(true, false), told);
    }

    @Test
    void whoWaitsForAColdNameGoesOnWithoutTheMeshWhenItIsPaused() {
        var conversation = following().open().directory("order");
        var waiting = conversation.ask("order");
        conversation.run();
        assertNull(waiting.get());
        conversation.give(RTDS, SHOP, "1", layer(true));
        assertSame(Answer.PASS, waiting.get());
        conversation.give(RTDS, SHOP, "2", layer(false));
        assertNull(conversation.ask("order").get(), "it is waited for again");
    }

    @Test
    void whoIsPausedByWhatWasKeptDoesNotWaitForTheControlPlane() {
        var first = following().open().directory("order").give(RTDS, SHOP, "1", layer(true));
        first.pass(2 * SECOND);
        assertNotNull(first.saved);
        var second = following();
        second.core.restore(first.saved, second.now);
        assertSame(Answer.PASS, second.ask("order").get());
    }

    @Test
    void whatMustBeSecuredIsKnownAtOnceWhereCallsPass() {
        var first = following().open().directory("order").warm("order", 80);
        first.pass(2 * SECOND);
        assertNotNull(first.saved);
        var second = following();
        second.core.restore(first.saved, second.now);
        var waiting = second.ask("order");
        second.open();
        assertNull(waiting.get(), "the control plane is heard first");
        second.give(RTDS, SHOP, "1", layer(true));
        assertSame(Answer.READY, waiting.get(), "to look again, and see whether it must be secured");
        assertEquals(List.of(80), second.ports(Xds.cluster("order")));
        second.pass(2 * SECOND);
        assertNotNull(second.saved);

        var third = following();
        third.core.restore(second.saved, third.now);
        assertEquals(List.of(80), third.ports(Xds.cluster("order")));
    }

    @Test
    void whatWasKeptOfAnotherWorkloadIsNotThisOnes() {
        var first = following().open().directory("order").give(RTDS, SHOP, "1", layer(true));
        first.pass(2 * SECOND);
        assertNotNull(first.saved);
        told.clear();
        var second = new Conversation();
        second.core.followPause("default/order", told::add);
        second.core.restore(first.saved, second.now);
        assertEquals(List.of(), told);
    }

    @Test
    void nobodyIsAskedForItWhoIsNotToBePaused() {
        assertEquals(List.of(), new Conversation().open().take(RTDS));
    }

    @ParameterizedTest
    @EnumSource(names = "WEFT", mode = EnumSource.Mode.EXCLUDE)
    void otherKindsOfServersAreNotAsked(Profile profile) {
        var conversation = following(profile).open();
        assertTrue(conversation.raw.stream()
                .noneMatch(bytes -> new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("envoy.service.runtime")));
    }
}
