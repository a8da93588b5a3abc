package dev.weft.control.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The document that describes the API (OpenAPI 3.1): written as YAML, served as JSON. */
final class OpenApi {
    private byte @Nullable [] json;

    /** Read when somebody asks: most never do. */
    synchronized byte[] json() {
        byte[] known = json;
        if (known == null) {
            known = read();
            json = known;
        }
        return known;
    }

    private static byte[] read() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in the jar");
            }
            return new ObjectMapper().writeValueAsBytes(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what YAML can say that is read here, JSON can say", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
