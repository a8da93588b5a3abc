package dev.weft.adapters.okhttp;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;

final class OkHttpEnqueuedTest extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new OkHttp(true);
    }
}
