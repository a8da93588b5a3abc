package dev.weft.it;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every client does with the built agent it does beside OpenTelemetry's agent too, in either order. Traces are the
 * other agent's there.
 */
@Tag("long")
class ClientStoriesBesideTest {
    private static final List<Order> ORDERS = List.of(Order.OTHER_FIRST, Order.OTHER_LAST);

    @TempDir
    static Path folder;

    private static ClientStories stories;

    @BeforeAll
    static void start() throws Exception {
        stories = new ClientStories(folder);
        for (Order order : ORDERS) {
            caller(ClientStories.CLIENTS.get(0), order).knows("http://shop/id");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        stories.close();
    }

    static List<String> clients() {
        return ClientStories.CLIENTS;
    }

    static Stream<Arguments> clientsInEachOrder() {
        return ORDERS.stream()
                .flatMap(order -> ClientStories.CLIENTS.stream().map(client -> Arguments.of(client, order)));
    }

    private static Caller caller(String client, Order order) throws Exception {
        return stories.inTurn(order.name(), client, order::withOurs);
    }

    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void aNameThatNoDnsKnowsReachesEveryInstance(String client, Order order) throws Exception {
        ClientStories.reachesEveryInstance(caller(client, order));
    }

    /** Both callers know the instance when it dies. */
    @ParameterizedTest
    @MethodSource("clients")
    void aKilledInstanceIsLeftForAnotherAlsoForPostWhenTheConnectionIsRefused(String client) throws Exception {
        Map<String, Caller> callers = new LinkedHashMap<>();
        for (Order order : ORDERS) {
            callers.put(order.name(), caller(client, order));
        }
        stories.leaveAKilledInstanceForAnother("mortal-" + client, callers);
    }

    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void a503IsRetriedForGetAndDeliveredForPostWhichIsSentOnce(String client, Order order) throws Exception {
        stories.a503IsRetriedForGetAndDeliveredForPost(caller(client, order));
    }

    /** The other agent's own doings are the same with us and without us. */
    @ParameterizedTest
    @MethodSource("clientsInEachOrder")
    void otherHostsAndTheApplicationsOwnProxyAreLeftAlone(String client, Order order) throws Exception {
        Caller without = stories.inTurn("without us", client, Order.OTHER_LAST::place);
        stories.leavesOtherHostsAndTheApplicationsOwnProxyAlone(client, without, caller(client, order));
    }
}
