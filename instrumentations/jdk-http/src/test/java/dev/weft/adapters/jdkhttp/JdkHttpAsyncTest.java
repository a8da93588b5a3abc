package dev.weft.adapters.jdkhttp;

import dev.weft.contract.ClientUnderTest;
import dev.weft.contract.HttpClientContract;

final class JdkHttpAsyncTest extends HttpClientContract {
    @Override
    protected ClientUnderTest client() {
        return new JdkClient(true);
    }
}
