package dev.weft.client.resource;

import static dev.weft.client.resource.TranslationTest.tls;
import static dev.weft.client.resource.TranslationTest.withTls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import dev.weft.client.Xds;
import dev.weft.client.identity.PemCertificates;
import dev.weft.client.resource.Resource.ClusterSpec;
import dev.weft.engine.snapshot.Transport;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.UpstreamHttpProtocolOptions;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters.TlsProtocol;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS that is asked for is had as it is asked for, or refused. */
final class TlsReaderTest {
    /** Has every certificate. */
    private static final CertificateSource ALL = (identity, roots, expected, serverName) -> {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new CertificateSource.Unavailable(String.valueOf(e.getMessage()));
        }
    };

    private static Reading read(CertificateSource certificates, Message cluster) {
        return new ResourceReader(certificates)
                .read(ResourceType.CLUSTER, "c", Xds.any(cluster).toByteArray());
    }

    private static Reading.Accepted accepted(Message cluster) {
        var reading = read(ALL, cluster);
        return assertInstanceOf(Reading.Accepted.class, reading, reading.toString());
    }

    private static Message with(Consumer<UpstreamTlsContext.Builder> change) {
        var context = tls().toBuilder();
        change.accept(context);
        return withTls(context.build());
    }

    private static Message common(Consumer<CommonTlsContext.Builder> change) {
        return with(context -> change.accept(context.getCommonTlsContextBuilder()));
    }

    private static Message versions(TlsProtocol least, TlsProtocol most) {
        return common(common -> common.setTlsParams(
                TlsParameters.newBuilder().setTlsMinimumProtocolVersion(least).setTlsMaximumProtocolVersion(most)));
    }

    private static Cluster.Builder options(
            io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.Builder options) {
        return withTls(tls()).toBuilder()
                .putTypedExtensionProtocolOptions(
                        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", Xds.any(options.build()));
    }

    private static io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.Builder options() {
        return io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder();
    }

    private static Arguments refused(String reason, Message cluster) {
        return Arguments.of(reason, ResourceType.CLUSTER, cluster);
    }

    /** What would make less of the security that the sender asks for; refused by a client that has every certificate too. */
    static Stream<Arguments> unkeepable() {
        var autoSan = UpstreamHttpProtocolOptions.newBuilder().setAutoSni(true).setAutoSanValidation(true);
        return Stream.of(
                refused("as the JVM has it, not TLSv1.3 to any", versions(TlsProtocol.TLSv1_3, TlsProtocol.TLS_AUTO)),
                refused("as the JVM has it, not any to TLSv1.2", versions(TlsProtocol.TLS_AUTO, TlsProtocol.TLSv1_2)),
                refused(
                        "TlsParameters.cipher_suites is not supported here",
                        common(common -> common.getTlsParamsBuilder().addCipherSuites("ECDHE-RSA-AES128-GCM-SHA256"))),
                refused(
                        "TlsParameters.signature_algorithms is not supported here",
                        common(common -> common.getTlsParamsBuilder().addSignatureAlgorithms("ed25519"))),
                refused(
                        "TlsParameters.compliance_policies is not supported here",
                        common(common -> common.getTlsParamsBuilder().addCompliancePoliciesValue(0))),
                refused(
                        "auto_san_validation is not supported here",
                        options(options().setUpstreamHttpProtocolOptions(autoSan))
                                .build()),
                refused(
                        "auto_san_validation is not supported here",
                        withTls(tls()).toBuilder()
                                .setUpstreamHttpProtocolOptions(autoSan)
                                .build()),
                refused(
                        "auto_sni_san_validation without an sni",
                        with(context -> context.clearSni().setAutoSniSanValidation(true))),
                refused(
                        "auto_sni_san_validation without an sni",
                        with(context -> context.setAutoHostSni(true).setAutoSniSanValidation(true))),
                refused(
                        "says nothing of who the peer must be",
                        with(context ->
                                context.clearSni().getCommonTlsContextBuilder().clearTlsCertificateProviderInstance())),
                refused(
                        "require_signed_certificate_timestamp is not supported",
                        common(common -> common.getValidationContextBuilder()
                                .setRequireSignedCertificateTimestamp(BoolValue.of(true)))),
                refused(
                        "validation_context_sds_secret_config is not supported",
                        common(common ->
                                common.setCombinedValidationContext(CombinedCertificateValidationContext.newBuilder()
                                        .setDefaultValidationContext(
                                                tls().getCommonTlsContext().getValidationContext())
                                        .setValidationContextSdsSecretConfig(
                                                SdsSecretConfig.newBuilder().setName("names"))))),
                refused(
                        "rbac.v3.RBAC) of a cluster is required and not known here",
                        options(options()
                                        .addHttpFilters(HttpFilter.newBuilder()
                                                .setName("f")
                                                .setTypedConfig(Xds.any(RBAC.getDefaultInstance()))))
                                .build()),
                refused(
                        "no certificates are configured",
                        common(common -> common.setTlsCertificateProviderInstance(
                                CertificateProviderPluginInstance.newBuilder().setInstanceName("other")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unkeepable")
    void whatCantBeKeptIsRefusedByName(String reason, ResourceType type, Message cluster) {
        var source = reason.startsWith("no certificates")
                ? new PemCertificates(Map.of("default", new PemCertificates.Files(null, null, null)))
                : ALL;
        var refused = assertInstanceOf(Reading.Refused.class, read(source, cluster));
        assertTrue(String.join("\n", refused.reasons()).contains(reason), refused.toString());
    }

    @Test
    void versionsThatAreSpokenAnywayAreKept() {
        // As istiod writes them for every cluster.
        accepted(versions(TlsProtocol.TLSv1_2, TlsProtocol.TLSv1_3));
        accepted(versions(TlsProtocol.TLSv1_0, TlsProtocol.TLS_AUTO));
    }

    @Test
    void thePeerShowsTheNameThatItIsAskedForWhereTheRuleSaysSo() {
        var accepted = accepted(with(context -> context.setAutoSniSanValidation(true)));
        var transport = assertInstanceOf(Transport.Tls.class, ((ClusterSpec) accepted.resource()).transport());
        assertEquals(List.of("order"), transport.expectedNames());
        assertEquals(Set.of(), accepted.unsupported());
    }

    @Test
    void aProviderThatNobodyKnowsIsRefusedAndNothingGoesInTheClear() {
        var certificates = new PemCertificates(Map.of("other", new PemCertificates.Files(null, null, Path.of("ca"))));
        var refused = assertInstanceOf(Reading.Refused.class, read(certificates, withTls(tls())));
        assertEquals(List.of("transport_socket: no certificates are configured for 'default'"), refused.reasons());
        var shut = assertInstanceOf(ClusterSpec.class, refused.shut());
        assertInstanceOf(Transport.Unavailable.class, shut.transport());
    }

    @Test
    void whatAsksForTlsAndIsRefusedForAnotherReasonIsShutToo() {
        var negative = withTls(tls()).toBuilder()
                .setConnectTimeout(Duration.newBuilder().setSeconds(-1))
                .build();
        var refused = assertInstanceOf(Reading.Refused.class, read(ALL, negative));
        var shut = assertInstanceOf(ClusterSpec.class, refused.shut());
        assertInstanceOf(Transport.Unavailable.class, shut.transport());
    }

    @Test
    void whatIsRefusedForAnotherReasonShutsNothing() {
        var negative = Xds.eds("c").toBuilder()
                .setConnectTimeout(Duration.newBuilder().setSeconds(-1))
                .build();
        assertNull(assertInstanceOf(Reading.Refused.class, read(ALL, negative)).shut());
    }

    @Test
    void whatClustersSayOfConnectionsIsReportedByName() {
        var cluster = options(options()
                        .setCommonHttpProtocolOptions(HttpProtocolOptions.newBuilder()
                                .setMaxStreamDuration(Duration.newBuilder().setSeconds(1)))
                        .setUpstreamHttpProtocolOptions(
                                UpstreamHttpProtocolOptions.newBuilder().setAutoSni(true)))
                .putTypedExtensionProtocolOptions("other", Xds.any(RBAC.getDefaultInstance()))
                .build();
        assertEquals(
                Set.of(
                        "HttpProtocolOptions.max_stream_duration",
                        "UpstreamHttpProtocolOptions.auto_sni",
                        "typed_extension_protocol_options 'other'"),
                accepted(cluster).unsupported());
    }
}
