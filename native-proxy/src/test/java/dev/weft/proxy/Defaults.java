package dev.weft.proxy;

import dev.weft.proxy.config.Key;
import dev.weft.proxy.config.ProxyConfig;
import dev.weft.proxy.http1.HeadRules;
import java.util.Map;

/** What a proxy does where nothing is said. */
public final class Defaults {
    /** What becomes of heads: what is missing is added, and what came is believed. */
    public static final HeadRules HEADS = read().outboundHeads();

    private Defaults() {}

    private static ProxyConfig read() {
        try {
            return ProxyConfig.read(Map.of(Key.SERVICE, "a"), Map.of(), null);
        } catch (ProxyConfig.Wrong wrong) {
            throw new AssertionError(wrong);
        }
    }
}
