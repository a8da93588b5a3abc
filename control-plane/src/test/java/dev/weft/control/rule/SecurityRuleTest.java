package dev.weft.control.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What protects nothing is accepted, with a word that it does nothing; what protects is refused. */
class SecurityRuleTest {
    private static RuleFile parse(String kind, String spec) {
        String text = "apiVersion: security.istio.io/v1\nkind: " + kind + "\nmetadata: {name: a}\nspec: " + spec + "\n";
        return new RuleParser(new HostNames("cluster.local")).parse("f.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PeerAuthentication| {mtls: {mode: PERMISSIVE}}| spec.mtls.mode",
                "PeerAuthentication| {mtls: {mode: DISABLE}}| spec.mtls.mode",
                "AuthorizationPolicy| {rules: [{}]}| spec.rules",
                "AuthorizationPolicy| {action: DENY}| spec.action",
                "AuthorizationPolicy| {action: AUDIT, rules: [{to: [{operation: {methods: [GET]}}]}]}| spec.rules",
            })
    void whatAsksForNothingIsAcceptedAndWarnedOf(String kind, String spec, String field) {
        RuleFile file = parse(kind, spec);
        assertEquals(List.of(), file.errors());
        assertEquals(List.of(kind), file.rules().stream().map(Rule::kind).toList());
        assertEquals(
                List.of(field), file.warnings().stream().map(Finding::field).toList());
    }

    @Test
    void noTokenIsAskedForWithoutRules() {
        assertEquals(List.of(), parse("RequestAuthentication", "{}").errors());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PeerAuthentication| {mtls: {mode: STRICT}}| spec.mtls.mode",
                "PeerAuthentication| {selector: {matchLabels: {app: a}}, portLevelMtls: {80: {mode: STRICT}}}|"
                        + " spec.portLevelMtls.80.mode",
                "AuthorizationPolicy| {}| spec.rules",
                "AuthorizationPolicy| {rules: [{from: [{source: {namespaces: [a]}}]}]}| spec.rules",
                "AuthorizationPolicy| {action: DENY, rules: [{}]}| spec.rules",
                "AuthorizationPolicy| {action: CUSTOM, provider: {name: a}, rules: [{}]}| spec.rules",
                "RequestAuthentication| {jwtRules: [{issuer: a}]}| spec.jwtRules",
            })
    void whatProtectsIsRefusedWithTheReason(String kind, String spec, String field) {
        RuleFile file = parse(kind, spec);
        assertFalse(file.isGood());
        assertEquals(
                List.of(field + " can't be kept"),
                file.errors().stream()
                        .map(error -> error.field() + " " + error.reason().split(":", 2)[0])
                        .toList());
    }
}
