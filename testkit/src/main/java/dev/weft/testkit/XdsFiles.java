package dev.weft.testkit;

import com.google.protobuf.Any;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.weft.client.warm.Standalone;
import dev.weft.testkit.xds.XdsJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Files with resources, as Envoy reads them from a file system: {@code resources: [{"@type": ...}]}. */
final class XdsFiles {
    private XdsFiles() {}

    static Standalone read(List<Path> files) throws IOException {
        List<Message> resources = new ArrayList<>();
        for (Path file : files) {
            try {
                add(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)), resources);
            } catch (YAMLException | IllegalArgumentException | InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
            }
        }
        return Refusals.none(XdsJson.configuration("test", EveryCertificate.INSTANCE, resources));
    }

    private static void add(Object document, List<Message> into) throws InvalidProtocolBufferException {
        if (!(document instanceof Map<?, ?> map) || !(map.get("resources") instanceof List<?> list)) {
            throw new IllegalArgumentException("has no list 'resources'");
        }
        for (Object json : list) {
            DynamicMessage resource =
                    XdsJson.unpack(XdsJson.read(json, Any.newBuilder()).build());
            if (resource == null) {
                throw new IllegalArgumentException("a resource of an unknown type");
            }
            into.add(resource);
        }
    }
}
