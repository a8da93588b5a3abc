package dev.weft.control.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.control.identity.Admission;
import dev.weft.control.identity.Shown;
import dev.weft.control.identity.Shown.Account;
import dev.weft.control.log.CapturedLog;
import dev.weft.control.queue.ManualQueue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may register {@code order} of the namespace {@code shop}. */
class AdmissionTest {
    private static final String HOST = "order.shop.svc.cluster.local";

    private static Shown shown(String what) {
        return switch (what) {
            case "none" -> Shown.NOTHING;
            case "nobody" -> new Shown(true, List.of(), List.of());
            default ->
                what.indexOf('/') >= 0
                        ? new Shown(true, List.of(new Account(what.split("/")[0], what.split("/")[1])), List.of())
                        : new Shown(true, List.of(), List.of(what));
        };
    }

    @ParameterizedTest
    @CsvSource({
        "any, none, '', '', true",
        "any, other/cart, '', '', true",
        "namespace, none, '', '', true",
        "namespace, nobody, '', '', true",
        "namespace, host.example.com, '', '', true",
        "namespace, shop/cart, '', '', true",
        "namespace, shop/cart, cart, '', true",
        "namespace, shop/cart, order, '', false",
        "namespace, shop/cart, '', order, false",
        "namespace, shop/cart, '', cart, true",
        "namespace, other/order, '', '', false",
        "service, none, '', '', false",
        "service, nobody, '', '', false",
        "service, shop/order, '', '', true",
        "service, shop/cart, '', '', false",
        "service, shop/cart, cart, '', false",
        "service, shop/cart, '', cart, true",
        "service, shop/order, '', cart, false",
        "service, other/order, '', '', false",
        "service, order.shop.svc.cluster.local, '', '', true",
        "service, order.shop.svc, '', '', true",
        "service, order.shop, '', '', true",
        "service, order, '', '', false",
        "service, order.sho, '', '', false",
        "service, order.shop.svc.cluster.local.evil, '', '', false",
        "service, shop, '', '', false",
    })
    void aCertificateIsForWhatItNames(String admission, String certificate, String said, String needed, boolean may) {
        String refusal = Admission.valueOf(admission.toUpperCase(java.util.Locale.ROOT))
                .refusal(new Admission.Claim("order", "shop", HOST, said, needed), shown(certificate));
        assertEquals(may, refusal == null, String.valueOf(refusal));
    }

    @Test
    void whatIsNotTheOnesToRegisterIsRefusedByNameAndReason() {
        Registry registry = new Registry(
                new ManualQueue(), new CapturedLog().log(), "cluster.local", Graces.DEFAULT, Admission.NAMESPACE);
        NodeIdentity node = new NodeIdentity("n", "order", "shop", "10.0.0.1", Map.of(), "", "", "weft");
        Lease other = registry.lease(node, shown("other/order"));
        other.subscribe("order:8080/http", name -> {});
        assertEquals("a certificate of other/order is not for namespace shop", other.refusal("order:8080/http"));
        assertNull(registry.service(HOST));

        Lease own = registry.lease(node, shown("shop/order"));
        own.subscribe("order:8080/http", name -> {});
        assertNull(own.refusal("order:8080/http"));
        assertTrue(registry.service(HOST) != null);
    }

    @Test
    void whoeverMayNotRegisterTakesNobodysPlace() {
        Registry registry = new Registry(
                new ManualQueue(), new CapturedLog().log(), "cluster.local", Graces.DEFAULT, Admission.SERVICE);
        NodeIdentity node = new NodeIdentity("n", "order", "shop", "10.0.0.1", Map.of(), "", "", "weft");
        Lease own = registry.lease(node, shown("shop/order"));
        own.subscribe("order:8080/http", name -> {});
        own.health(Health.READY);
        Lease other = registry.lease(node, shown("shop/cart"));
        other.subscribe("order:8080/http", name -> {});
        other.health(new Health(Health.Kind.DRAINING, ""));
        other.close();
        assertEquals(
                List.of(State.UP),
                registry.entries(HOST).stream()
                        .map(entry -> entry.instance().state())
                        .toList());
        assertNull(own.refusal("order:8080/http"));
    }
}
