package dev.weft.adapters.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;
import org.junit.jupiter.api.Test;

final class HttpClient5Test extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new HttpClient5();
    }

    @Test
    void theVersionIsTheOneThatTheBuildMeans() {
        assertEquals(System.getProperty("hc5.version"), client().version());
    }
}
