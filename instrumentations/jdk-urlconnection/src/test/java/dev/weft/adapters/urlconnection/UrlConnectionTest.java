package dev.weft.adapters.urlconnection;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;

final class UrlConnectionTest extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new UrlConnectionClient();
    }
}
