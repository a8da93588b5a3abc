package dev.weft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that nobody registers, and routes in the words of the Gateway API, as an application meets them. */
class DeclaredServicesTest {
    private static final String PAY = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: pay}
            spec:
              hosts: [pay.example.com]
              addresses: [240.0.0.1]
              resolution: %s
              ports: [{number: 80, name: http, protocol: HTTP}, {number: 8080, name: http-more}]
              endpoints: [{address: %s, ports: {http: %d, http-more: %d}}]
            """;

    @TempDir
    static Path folder;

    private static Fleet fleet;
    private static Caller caller;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet(folder);
        fleet.controlPlane();
        caller = fleet.caller("jdk");
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static boolean says(String url, String text) throws Exception {
        return caller.get(url).equals(new Caller.Answer(200, text));
    }

    @Test
    void aHostThatARuleDeclaresIsCalledAtItsPortsAndItsAddressWhereItsEndpointsAre() throws Exception {
        try (Listener one = Listener.saying("one");
                Listener two = Listener.saying("two")) {
            fleet.rule("pay.yaml", PAY.formatted("STATIC", "127.0.0.1", one.port(), two.port()));
            Until.so("the service is found", () -> says("http://pay.example.com/", "one"));
            Until.so("its other port is found", () -> says("http://pay.example.com:8080/", "two"));
            Until.so("its address is found", () -> says("http://240.0.0.1/", "one"));
            fleet.rule("pay.yaml", PAY.formatted("DNS", "localhost", two.port(), one.port()));
            Until.so("a name of DNS counts instead", () -> says("http://pay.example.com/", "two"));
        }
    }

    @Test
    void aRouteOfTheGatewayApiLeadsToADeclaredService() throws Exception {
        try (Listener outside = Listener.saying("outside")) {
            fleet.server("shop", "one");
            fleet.rule("pay.yaml", PAY.formatted("STATIC", "127.0.0.1", outside.port(), outside.port()));
            Until.so("the shop is called", () -> says("http://shop/id", "one"));
            fleet.rule("route.yaml", """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: {name: shop}
                    spec:
                      parentRefs: [{group: "", kind: Service, name: shop}]
                      rules:
                        - matches: [{path: {value: /pay}}]
                          backendRefs: [{group: networking.istio.io, kind: Hostname, name: pay.example.com, port: 80}]
                        - backendRefs: [{name: shop, port: 80}]
                    """);
            Until.so("the route counts", () -> says("http://shop/pay/now", "outside"));
            assertEquals(new Caller.Answer(200, "one"), caller.get("http://shop/id"));
        }
    }
}
