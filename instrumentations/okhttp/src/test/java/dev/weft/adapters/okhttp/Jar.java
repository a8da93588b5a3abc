package dev.weft.adapters.okhttp;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.HttpUrl;

/** Cookies by host. */
final class Jar implements CookieJar {
    private final Map<String, List<Cookie>> cookies = new ConcurrentHashMap<>();

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> set) {
        cookies.put(url.host(), List.copyOf(set));
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
        return cookies.getOrDefault(url.host(), List.of());
    }
}
