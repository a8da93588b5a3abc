package dev.weft.adapters.urlconnection;

import dev.weft.contract.Rig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Tests that share a rig, which is as at the beginning before each of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class Rigged {
    static final String ORDERS = "http://" + Rig.NAME + "/";

    Rig rig;

    @BeforeAll
    void weave() {
        rig = new Rig(new UrlConnectionClient());
    }

    @AfterAll
    void unweave() {
        rig.close();
    }

    @BeforeEach
    void reset() {
        rig.reset();
    }

    static HttpURLConnection open(String url) throws IOException {
        return (HttpURLConnection) new URL(url).openConnection();
    }

    static String text(InputStream body) throws IOException {
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
