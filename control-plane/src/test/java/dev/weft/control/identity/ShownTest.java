package dev.weft.control.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShownTest {
    @TempDir
    Path directory;

    @Test
    void aCertificateShowsItsIdsWhetherIstioWouldHaveWrittenThemOrNot() throws Exception {
        TestCertificate made = TestCertificate.make(
                directory,
                "order",
                "uri:spiffe://mesh/ns/shop/sa/order,uri:spiffe://mesh/of/another/form,uri:https://order,dns:Order");
        try (var in = Files.newInputStream(made.chain())) {
            Shown shown = Shown.of(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
            assertEquals(List.of("spiffe://mesh/ns/shop/sa/order", "spiffe://mesh/of/another/form"), shown.ids());
            assertEquals(List.of(new Shown.Account("shop", "order")), shown.accounts());
            assertEquals(List.of("order"), shown.hosts());
        }
    }
}
