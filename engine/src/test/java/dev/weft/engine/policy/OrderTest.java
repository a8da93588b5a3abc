package dev.weft.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.engine.snapshot.Breaker;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.GrpcTimeout;
import dev.weft.engine.snapshot.Guard;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final Guard DEADLINE = new GrpcTimeout("g", 1, 0);
    private static final Guard FAULT = new Fault("f", null, null, "", List.of(), 1);
    private static final Guard BREAKER = new Breaker("b", 50, 100, 1, new Breaker.Window.Calls(10), 10, 1, 1);

    @Test
    void everyGuardHasOnePlaceInTheOrder() {
        List<Class<? extends Guard>> admit = Order.OURS.admit();

        assertEquals(Set.of(Guard.class.getPermittedSubclasses()), Set.copyOf(admit));
        assertEquals(admit.size(), Set.copyOf(admit).size());
    }

    @Test
    void guardsComeInOrderHoweverTheyAreGiven() {
        assertEquals(List.of(DEADLINE, FAULT, BREAKER), Order.OURS.arranged(List.of(BREAKER, DEADLINE, FAULT)));
    }

    @Test
    void everyPolicyHasOneLineInTheOrder() {
        assertEquals(Set.of(Order.Policy.values()), Set.copyOf(Order.OURS.then()));
        assertEquals(Order.Policy.values().length, Order.OURS.then().size());
    }

    @Test
    void nothingIsMissingButWhatIsLeftOut() {
        assertEquals(Set.of(), Order.OURS.missing());
        assertEquals(
                Set.of(Order.Policy.RETRY),
                Order.OURS.without(Order.Policy.RETRY).missing());
        assertEquals(Order.OURS.admit(), Order.OURS.without(Order.Policy.RETRY).admit());
    }

    @Test
    void anOrderCanBeTriedWithoutAKindOrWithNeighboursSwapped() {
        List<Guard> all = List.of(DEADLINE, FAULT, BREAKER);
        int fault = Order.OURS.admit().indexOf(Fault.class);

        assertEquals(List.of(DEADLINE, BREAKER), Order.OURS.without(Fault.class).arranged(all));
        assertEquals(
                List.of(FAULT, DEADLINE, BREAKER),
                Order.OURS.swapped(fault - 1).swapped(fault - 2).arranged(all));
    }
}
