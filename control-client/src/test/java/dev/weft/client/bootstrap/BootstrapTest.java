package dev.weft.client.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Value;
import dev.weft.client.identity.ChannelTls;
import dev.weft.client.identity.Identity;
import dev.weft.client.identity.PemCertificates;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BootstrapTest {
    /** As Istio's agent writes it (pkg/istio-agent/grpcxds/grpc_bootstrap.go). */
    private static final String ISTIO = """
            {
              "xds_servers": [
                {
                  "server_uri": "unix:///etc/istio/proxy/XDS",
                  "channel_creds": [{"type": "insecure"}],
                  "server_features": ["xds_v3"]
                }
              ],
              "node": {
                "id": "sidecar~127.0.0.1~pod1.fake-namespace~fake-namespace.svc.cluster.local",
                "metadata": {
                  "GENERATOR": "grpc",
                  "INSTANCE_IPS": "127.0.0.1",
                  "NAMESPACE": "fake-namespace",
                  "PILOT_SAN": ["istiod.istio-system.svc"],
                  "PROXY_CONFIG": {"drainDuration": "45s", "concurrency": 2, "tracing": {"on": false}, "none": null},
                  "EMPTY": ""
                },
                "locality": {"region": "eu", "zone": "a", "sub_zone": "rack"},
                "UserAgentVersionType": null
              },
              "certificate_providers": {
                "default": {
                  "plugin_name": "file_watcher",
                  "config": {
                    "certificate_file": "/cert-chain.pem",
                    "private_key_file": "/key.pem",
                    "ca_certificate_file": "/root-cert.pem",
                    "refresh_interval": "900s"
                  }
                },
                "elsewhere": {"plugin_name": "somebody_elses", "config": {}}
              },
              "server_listener_resource_name_template": "xds.istio.io/grpc/lds/inbound/%s"
            }
            """;

    @Test
    void theFileThatIstiosAgentWritesIsUsedAsItIs() throws InvalidProtocolBufferException {
        var bootstrap = Bootstrap.read(ISTIO);

        assertEquals(Profile.ISTIO, bootstrap.profile());
        assertEquals("fake-namespace", bootstrap.namespace());
        assertEquals(
                List.of(new Server(new Target.Unix("/etc/istio/proxy/XDS"), null, null, Set.of("xds_v3"))),
                bootstrap.servers());
        assertEquals(
                Map.of(
                        "default",
                        new PemCertificates.Files(
                                Path.of("/key.pem"), Path.of("/cert-chain.pem"), Path.of("/root-cert.pem"))),
                bootstrap.certificates());

        var identity = new Identity("order", "fake-namespace", Map.of(), "", "", bootstrap.node(), null, 42, "0.1");
        var node = Node.parseFrom(identity.node("10.0.0.7"));
        assertEquals("sidecar~127.0.0.1~pod1.fake-namespace~fake-namespace.svc.cluster.local", node.getId());
        assertEquals("order", node.getCluster());
        assertEquals("rack", node.getLocality().getSubZone());
        var metadata = node.getMetadata().getFieldsMap();
        assertEquals("grpc", metadata.get("GENERATOR").getStringValue());
        assertEquals("127.0.0.1", metadata.get("INSTANCE_IPS").getStringValue());
        assertEquals("order", metadata.get("WORKLOAD_NAME").getStringValue());
        assertEquals(
                "istiod.istio-system.svc",
                metadata.get("PILOT_SAN").getListValue().getValues(0).getStringValue());
        assertEquals(Value.KindCase.STRING_VALUE, metadata.get("EMPTY").getKindCase());
        var config = metadata.get("PROXY_CONFIG").getStructValue().getFieldsMap();
        assertEquals(2.0, config.get("concurrency").getNumberValue());
        assertEquals(
                Value.KindCase.BOOL_VALUE,
                config.get("tracing").getStructValue().getFieldsMap().get("on").getKindCase());
        assertEquals(Value.KindCase.NULL_VALUE, config.get("none").getKindCase());
    }

    @Test
    void severalServersWithTlsAndTokens() {
        var bootstrap = Bootstrap.read("""
                {"xds_servers": [
                  {"server_uri": "dns:///a.example:443",
                   "channel_creds": [{"type": "google_default"},
                     {"type": "tls", "config": {"ca_certificate_file": "/ca", "certificate_file": "/c",
                       "private_key_file": "/k"}}, {"type": "insecure"}],
                   "call_creds": [{"type": "other"},
                     {"type": "jwt_token_file", "config": {"jwt_token_file": "/token"}}],
                   "server_features": ["weft.registration", 7, {"x": 1}]},
                  {"server_uri": "b.example:443", "channel_creds": [{"type": "tls"}]}]}
                """);
        assertEquals(Profile.WEFT, bootstrap.profile());
        assertEquals(
                List.of(
                        new Server(
                                new Target.Tcp("a.example", 443),
                                new ChannelTls(Path.of("/ca"), Path.of("/c"), Path.of("/k"), null),
                                Path.of("/token"),
                                Set.of("weft.registration")),
                        new Server(
                                new Target.Tcp("b.example", 443),
                                new ChannelTls(null, null, null, null),
                                null,
                                Set.of())),
                bootstrap.servers());
        assertNull(bootstrap.servers().get(0).tls().serverName());
    }

    @Test
    void authoritiesHaveServersOfTheirOwnOrThoseOfTheMesh() {
        var bootstrap = Bootstrap.read("""
                {"xds_servers": [{"server_uri": "a:1", "channel_creds": [{"type": "insecure"}]}],
                 "authorities": {
                   "own": {"xds_servers": [{"server_uri": "b:2", "channel_creds": [{"type": "insecure"}]}]},
                   "same": {"xds_servers": [{"server_uri": "a:1", "channel_creds": [{"type": "insecure"}]}]},
                   "": {"client_listener_resource_name_template": "xdstp:///x/%s"}}}
                """);
        assertEquals(
                Map.of("own", List.of(Server.plaintext(new Target.Tcp("b", 2))), "same", List.of(), "", List.of()),
                bootstrap.authorities());
    }

    @Test
    void aServerThatSaysNothingOfItselfIsTakenForOneThatWasMadeForEnvoy() {
        assertEquals(
                Profile.ENVOY,
                Bootstrap.read("{'xds_servers':[{'server_uri':'a:1','channel_creds':[{'type':'insecure'}]}]}"
                                .replace('\'', '"'))
                        .profile());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | is not a JSON object",
                "{ | is not JSON",
                "{} | xds_servers is missing or empty",
                "{'xds_servers': {}} | xds_servers is not a list",
                "{'xds_servers': [7]} | xds_servers[0] is not an object",
                "{'xds_servers': [{}]} | xds_servers[0].server_uri is missing",
                "{'xds_servers': [{'server_uri': 7}]} | xds_servers[0].server_uri is not a string",
                "{'xds_servers': [{'server_uri': 'x'}]} | neither host:port nor unix:///path",
                "{'xds_servers': [{'server_uri': 'x:1'}]} | xds_servers[0].channel_creds has none of the types",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'alts'}]}]} | insecure, tls",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'tls', 'config': "
                        + "{'certificate_file': '/c'}}]}]} | go together",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}], 'call_creds': "
                        + "[{'type': 'jwt_token_file', 'config': {'jwt_token_file': '/t'}}]}]} | never sent without TLS",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}]}], "
                        + "'node': []} | node is not an object",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}]}], "
                        + "'certificate_providers': {'a': {}}} | certificate_providers.a.plugin_name is missing",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}]}], "
                        + "'certificate_providers': {'a': {'plugin_name': 'file_watcher'}}} | a.config is missing",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}]}], "
                        + "'authorities': {'a': {'xds_servers': [{}]}}} | authorities.a.xds_servers[0].server_uri is missing",
                "{'xds_servers': [{'server_uri': 'x:1', 'channel_creds': [{'type': 'insecure'}]}], "
                        + "'client_default_listener_resource_name_template': 'xdstp://a/%s'} | only '%s' is supported"
            })
    void whatIsWrongIsNamedByItsPlace(String json, String words) {
        var error = assertThrows(IllegalArgumentException.class, () -> Bootstrap.read(json.replace('\'', '"')));
        assertTrue(String.valueOf(error.getMessage()).contains(words), error.getMessage());
    }
}
