package dev.weft.adapters.httpclient4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;
import org.junit.jupiter.api.Test;

final class HttpClient4Test extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new HttpClient4();
    }

    @Test
    void theVersionIsTheOneThatTheBuildMeans() {
        assertEquals(System.getProperty("hc4.version"), client().version());
    }
}
