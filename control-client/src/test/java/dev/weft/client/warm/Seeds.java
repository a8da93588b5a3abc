package dev.weft.client.warm;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.weft.client.Xds;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.adaptive_concurrency.v3.AdaptiveConcurrency;
import io.envoyproxy.envoy.extensions.filters.http.admission_control.v3.AdmissionControl;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest;
import io.envoyproxy.envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.util.List;

/** Resources of a service that say as much as there is to say: what garbage is made of. */
final class Seeds {
    private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
            .add(List.of(
                    HttpConnectionManager.getDescriptor(),
                    HTTPFault.getDescriptor(),
                    LocalRateLimit.getDescriptor(),
                    AdmissionControl.getDescriptor(),
                    AdaptiveConcurrency.getDescriptor(),
                    StatefulSession.getDescriptor(),
                    CookieBasedSessionState.getDescriptor(),
                    Router.getDescriptor(),
                    RingHash.getDescriptor(),
                    LeastRequest.getDescriptor(),
                    UriTemplateMatchConfig.getDescriptor(),
                    UriTemplateRewriteConfig.getDescriptor(),
                    UpstreamTlsContext.getDescriptor(),
                    HttpProtocolOptions.getDescriptor()))
            .build();
    private static final String T = "type.googleapis.com/envoy.extensions.";

    private Seeds() {}

    private static <B extends Message.Builder> B read(String json, B into) {
        try {
            JsonFormat.parser()
                    .usingTypeRegistry(TYPES)
                    .merge(json.replace('\'', '"').replace("@T/", T), into);
            return into;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static Listener listener(String name, String routes) {
        return read("""
                {'api_listener': {'api_listener': {
                  '@type': '@T/filters.network.http_connection_manager.v3.HttpConnectionManager',
                  'stat_prefix': 'x',
                  'rds': {'config_source': {'ads': {}}, 'route_config_name': 'ROUTES'},
                  'http_filters': [
                    {'name': 'fault', 'typed_config': {'@type': '@T/filters.http.fault.v3.HTTPFault',
                      'delay': {'fixed_delay': '0.5s', 'percentage': {'numerator': 1}},
                      'abort': {'http_status': 503, 'percentage': {'numerator': 1, 'denominator': 'MILLION'}},
                      'headers': [{'name': 'x-fault', 'string_match': {'exact': 'yes'}}], 'max_active_faults': 5}},
                    {'name': 'limit', 'typed_config': {'@type': '@T/filters.http.local_ratelimit.v3.LocalRateLimit',
                      'stat_prefix': 'l', 'token_bucket': {'max_tokens': 10, 'tokens_per_fill': 5, 'fill_interval': '1s'},
                      'filter_enabled': {'default_value': {'numerator': 100}},
                      'filter_enforced': {'default_value': {'numerator': 50}},
                      'descriptors': [{'entries': [{'key': 'a', 'value': 'b'}],
                        'token_bucket': {'max_tokens': 1, 'fill_interval': '1s'}}]}},
                    {'name': 'session', 'typed_config': {'@type': '@T/filters.http.stateful_session.v3.StatefulSession',
                      'session_state': {'name': 'c', 'typed_config': {
                        '@type': '@T/http.stateful_session.cookie.v3.CookieBasedSessionState',
                        'cookie': {'name': 's', 'path': '/', 'ttl': '60s'}}}}},
                    {'name': 'router', 'typed_config': {'@type': '@T/filters.http.router.v3.Router',
                      'respect_expected_rq_timeout': true}}]}}}
                """.replace("ROUTES", routes), Listener.newBuilder().setName(name))
                .build();
    }

    /** The last route, for everything, goes to the cluster. */
    static RouteConfiguration routes(String name, String service, String cluster) {
        var table = read(
                """
                {'max_direct_response_body_size_bytes': 100,
                 'request_headers_to_add': [{'header': {'key': 'x-a', 'value': 'b'}, 'append_action': 'ADD_IF_ABSENT'}],
                 'virtual_hosts': [{'name': 'v', 'domains': ['SERVICE', 'SERVICE.default', 'HOST', '*'],
                  'retry_policy': {'retry_on': '5xx,reset', 'num_retries': 3},
                  'rate_limits': [{'actions': [{'request_headers': {'header_name': 'x', 'descriptor_key': 'k'}}]}],
                  'routes': [
                   {'match': {'path': '/direct'}, 'direct_response': {'status': 204, 'body': {'inline_string': 'none'}}},
                   {'match': {'prefix': '/moved'}, 'redirect': {'host_redirect': 'x', 'prefix_rewrite': '/y'}},
                   {'match': {'path_match_policy': {'name': 't', 'typed_config': {
                       '@type': '@T/path.match.uri_template.v3.UriTemplateMatchConfig',
                       'path_template': '/books/{id}/*'}}},
                    'route': {'cluster': 'CLUSTER', 'path_rewrite_policy': {'name': 'r', 'typed_config': {
                       '@type': '@T/path.rewrite.uri_template.v3.UriTemplateRewriteConfig',
                       'path_template_rewrite': '/b/{id}'}}}},
                   {'match': {'safe_regex': {'regex': '/a(b|c)*d'}, 'case_sensitive': false, 'headers': [
                       {'name': 'x', 'string_match': {'prefix': 'y'}, 'invert_match': true},
                       {'name': 'n', 'range_match': {'start': '1', 'end': '9'}}, {'name': 'p', 'present_match': true}],
                      'query_parameters': [{'name': 'q', 'string_match': {'safe_regex': {'regex': '[0-9]+'}}}],
                      'runtime_fraction': {'default_value': {'numerator': 30}, 'runtime_key': 'r'}},
                    'route': {'weighted_clusters': {'clusters': [
                        {'name': 'CLUSTER', 'weight': 70, 'request_headers_to_add': [{'header': {'key': 'w', 'value': '1'}}]},
                        {'name': 'CLUSTER', 'weight': 30}]},
                      'timeout': '3s', 'max_stream_duration': {'max_stream_duration': '5s'},
                      'retry_policy': {'retry_on': 'gateway-error,retriable-status-codes', 'num_retries': 2,
                        'per_try_timeout': '1s', 'retriable_status_codes': [409],
                        'retry_back_off': {'base_interval': '0.025s', 'max_interval': '1s'}},
                      'hedge_policy': {'hedge_on_per_try_timeout': true},
                      'request_mirror_policies': [{'cluster': 'CLUSTER', 'runtime_fraction': {'default_value': {'numerator': 5}}}],
                      'hash_policy': [{'header': {'header_name': 'u'}, 'terminal': true}, {'cookie': {'name': 's'}}],
                      'regex_rewrite': {'pattern': {'regex': '/a'}, 'substitution': '/z'},
                      'metadata_match': {'filter_metadata': {'envoy.lb': {'version': 'v1'}}}}},
                   {'name': 'all', 'match': {'prefix': '/'}, 'route': {'cluster': 'CLUSTER', 'timeout': '0s'},
                    'typed_per_filter_config': {'fault': {'@type': '@T/filters.http.fault.v3.HTTPFault',
                      'abort': {'http_status': 500, 'percentage': {'numerator': 1}}}},
                    'metadata': {'filter_metadata': {'weft': {'retry_non_idempotent': true}}}}]}]}
                """.replace("SERVICE", service)
                        .replace("HOST", Xds.host(service))
                        .replace("CLUSTER", cluster),
                RouteConfiguration.newBuilder().setName(name));
        return table.build();
    }

    static Cluster cluster(String name) {
        return read("""
                {'type': 'EDS', 'eds_cluster_config': {'eds_config': {'ads': {}}, 'service_name': 'NAME'},
                 'connect_timeout': '1s',
                 'load_balancing_policy': {'policies': [{'typed_extension_config': {'name': 'r', 'typed_config': {
                   '@type': '@T/load_balancing_policies.ring_hash.v3.RingHash',
                   'minimum_ring_size': 64, 'maximum_ring_size': 1024}}}]},
                 'lb_subset_config': {'fallback_policy': 'ANY_ENDPOINT', 'subset_selectors': [{'keys': ['version']}]},
                 'common_lb_config': {'healthy_panic_threshold': {'value': 40},
                   'zone_aware_lb_config': {'routing_enabled': {'value': 90}, 'min_cluster_size': 3}},
                 'outlier_detection': {'consecutive_5xx': 5, 'interval': '10s', 'base_ejection_time': '30s',
                   'max_ejection_percent': 50, 'success_rate_minimum_hosts': 5, 'failure_percentage_threshold': 80,
                   'split_external_local_origin_errors': true},
                 'circuit_breakers': {'thresholds': [{'max_connections': 100, 'max_pending_requests': 10,
                   'max_requests': 1000, 'max_retries': 5, 'retry_budget': {'budget_percent': {'value': 20},
                   'min_retry_concurrency': 3}}]},
                 'typed_extension_protocol_options': {'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
                   '@type': '@T/upstreams.http.v3.HttpProtocolOptions',
                   'explicit_http_config': {'http2_protocol_options': {}}}},
                 'transport_socket': {'name': 'tls', 'typed_config': {
                   '@type': '@T/transport_sockets.tls.v3.UpstreamTlsContext', 'sni': 'order',
                   'common_tls_context': {'tls_certificate_provider_instance': {'instance_name': 'default'},
                     'validation_context': {'ca_certificate_provider_instance': {'instance_name': 'default'},
                       'match_typed_subject_alt_names': [{'san_type': 'URI', 'matcher': {'exact': 'spiffe://x/y'}}]}}}}}
                """.replace("NAME", name), Cluster.newBuilder().setName(name))
                .build();
    }

    static ClusterLoadAssignment endpoints(String name, int port) {
        return read(
                        """
                {'policy': {'overprovisioning_factor': 140,
                   'drop_overloads': [{'category': 'd', 'drop_percentage': {'numerator': 1}}]},
                 'endpoints': [
                  {'locality': {'region': 'r', 'zone': 'z'}, 'load_balancing_weight': 2, 'lb_endpoints': [
                   {'health_status': 'HEALTHY', 'load_balancing_weight': 3,
                    'metadata': {'filter_metadata': {'envoy.lb': {'version': 'v1'}}},
                    'endpoint': {'address': {'socket_address': {'address': '127.0.0.1', 'port_value': PORT}}}}]},
                  {'locality': {'region': 'r', 'zone': 'y'}, 'priority': 1, 'load_balancing_weight': 1, 'lb_endpoints': [
                   {'health_status': 'DRAINING',
                    'endpoint': {'address': {'socket_address': {'address': '::1', 'port_value': PORT}}}}]}]}
                """.replace("PORT", String.valueOf(port)),
                        ClusterLoadAssignment.newBuilder().setClusterName(name))
                .build();
    }

    static byte[] bytes(Message message) {
        return (message instanceof Any any ? any : Xds.any(message)).toByteArray();
    }
}
