package dev.weft.adapters.okhttp;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;

final class OkHttpBlockingTest extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new OkHttp(false);
    }
}
