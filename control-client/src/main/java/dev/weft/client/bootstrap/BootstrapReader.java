package dev.weft.client.bootstrap;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.weft.client.identity.ChannelTls;
import dev.weft.client.identity.NodeGiven;
import dev.weft.client.identity.PemCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads gRPC's xDS bootstrap. Unknown members and server features are left alone, as gRPC does;
 * what is known and wrong is collected and refused at once.
 *
 * <p>Left alone on purpose: the {@code client_listener_resource_name_template} of an authority (nothing is called by an
 * {@code xds:} URI that names one) and {@code server_listener_resource_name_template} (nothing is woven in front of a
 * server's port).
 */
final class BootstrapReader {
    private final List<String> errors = new ArrayList<>();

    Bootstrap read(String text) {
        JsonElement root;
        try {
            root = JsonParser.parseString(text);
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("is not JSON: " + e.getMessage(), e);
        }
        if (!root.isJsonObject()) {
            throw new IllegalArgumentException("is not a JSON object");
        }
        var json = new Json("", root.getAsJsonObject(), errors);
        var servers = servers(json);
        if (servers.isEmpty() && errors.isEmpty()) {
            json.refuse("xds_servers", "is missing or empty");
        }
        var node = json.object("node");
        var metadata = node == null ? null : node.object("metadata");
        template(json);
        var bootstrap = new Bootstrap(
                profile(metadata, servers),
                servers,
                node == null ? NodeGiven.NOTHING : node(node, metadata),
                metadata == null ? "" : metadata.text("NAMESPACE"),
                certificates(json),
                authorities(json, servers));
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", errors));
        }
        return bootstrap;
    }

    private List<Server> servers(Json json) {
        List<Server> servers = new ArrayList<>();
        for (Json one : json.objects("xds_servers")) {
            var server = server(one);
            if (server != null) {
                servers.add(server);
            }
        }
        return servers;
    }

    /** One without servers has those of the mesh. */
    private Map<String, List<Server>> authorities(Json json, List<Server> servers) {
        Map<String, List<Server>> all = new TreeMap<>();
        var authorities = json.object("authorities");
        if (authorities == null) {
            return all;
        }
        for (String name : authorities.members().keySet()) {
            var authority = authorities.object(name);
            if (authority != null) {
                var own = servers(authority);
                all.put(name, own.equals(servers) ? List.of() : own);
            }
        }
        return all;
    }

    private @Nullable Server server(Json json) {
        String uri = json.text("server_uri");
        if (uri.isEmpty()) {
            json.refuse("server_uri", "is missing");
            return null;
        }
        try {
            var target = Target.parse(uri);
            for (Json credentials : json.objects("channel_creds")) {
                String type = credentials.text("type");
                if (type.equals("insecure") || type.equals("tls")) {
                    var tls = type.equals("tls") ? tls(credentials.object("config")) : null;
                    return new Server(target, tls, token(json), Set.copyOf(json.texts("server_features")));
                }
            }
            json.refuse("channel_creds", "has none of the types that are known here: insecure, tls");
        } catch (IllegalArgumentException e) {
            json.refuse("server_uri", "'" + uri + "': " + e.getMessage());
        }
        return null;
    }

    private static ChannelTls tls(@Nullable Json config) {
        return config == null
                ? new ChannelTls(null, null, null, null)
                : new ChannelTls(
                        path(config, "ca_certificate_file"),
                        path(config, "certificate_file"),
                        path(config, "private_key_file"),
                        null);
    }

    private static @Nullable Path token(Json server) {
        for (Json credentials : server.objects("call_creds")) {
            var config = credentials.object("config");
            if (credentials.text("type").equals("jwt_token_file") && config != null) {
                return path(config, "jwt_token_file");
            }
        }
        return null;
    }

    private static @Nullable Path path(Json config, String member) {
        String text = config.text(member);
        return text.isEmpty() ? null : Path.of(text);
    }

    private static Profile profile(@Nullable Json metadata, List<Server> servers) {
        if (metadata != null
                && metadata.has("GENERATOR")
                && metadata.text("GENERATOR").equals("grpc")) {
            return Profile.ISTIO;
        }
        boolean ours = !servers.isEmpty() && servers.get(0).features().contains(Server.REGISTRATION);
        return ours ? Profile.WEFT : Profile.ENVOY;
    }

    private static NodeGiven node(Json node, @Nullable Json metadata) {
        Map<String, byte[]> values = new TreeMap<>();
        if (metadata != null) {
            for (var member : metadata.members().entrySet()) {
                values.put(
                        member.getKey(), StructWriter.value(member.getValue()).toBytes());
            }
        }
        var locality = node.object("locality");
        return new NodeGiven(
                node.text("id"),
                node.text("cluster"),
                values,
                locality == null
                        ? List.of()
                        : List.of(locality.text("region"), locality.text("zone"), locality.text("sub_zone")));
    }

    /** Names of listeners are {@code host} or {@code host:port} here; another form can't be asked for. */
    private static void template(Json json) {
        String template = json.text("client_default_listener_resource_name_template");
        if (!template.isEmpty() && !template.equals("%s")) {
            json.refuse(
                    "client_default_listener_resource_name_template",
                    "is '" + template + "', and only '%s' is supported here");
        }
    }

    private static Map<String, PemCertificates.Files> certificates(Json json) {
        Map<String, PemCertificates.Files> all = new TreeMap<>();
        var providers = json.object("certificate_providers");
        if (providers == null) {
            return all;
        }
        for (String name : providers.members().keySet()) {
            var provider = providers.object(name);
            var config = provider == null ? null : provider.object("config");
            if (provider != null && provider.text("plugin_name").isEmpty()) {
                provider.refuse("plugin_name", "is missing");
            } else if (provider != null && config == null) {
                provider.refuse("config", "is missing");
            } else if (provider != null
                    && config != null
                    && provider.text("plugin_name").equals("file_watcher")) {
                // Another plugin's instance is unknown to whoever refers to it, which then is an error of that.
                all.put(name, files(config));
            }
        }
        return all;
    }

    private static PemCertificates.Files files(Json config) {
        var files = new PemCertificates.Files(
                path(config, "private_key_file"),
                path(config, "certificate_file"),
                path(config, "ca_certificate_file"));
        if ((files.key() == null) != (files.chain() == null)) {
            config.refuse("certificate_file", "and private_key_file go together");
        } else if (files.key() == null && files.authorities() == null) {
            config.refuse("ca_certificate_file", "is missing, and so is certificate_file");
        }
        return files;
    }
}
