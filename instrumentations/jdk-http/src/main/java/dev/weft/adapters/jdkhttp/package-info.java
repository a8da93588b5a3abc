/**
 * Adapters for {@code java.net.http.HttpClient}, JDK 17 to 25.
 *
 * <p>{@link dev.weft.adapters.jdkhttp.SendHook} takes the call over; each attempt is a call of the
 * library's own, whose request object is bound to its {@link dev.weft.adapters.jdkhttp.Aim}. The
 * other hooks answer from there: address, pool key, TLS, connect limit, redirects.
 *
 * <p>What an application can notice, beside the rules: a body from an input stream is never replayed;
 * after a redirect to another host {@code previousResponse()} is empty; {@code response.request()}
 * shows headers as rules have changed them, and seldom those that were added, the trace among them. Calls
 * with a push promise handler, WebSockets and calls through a proxy of the application pass untouched.
 * Rules can't set the headers that the library keeps to itself ({@code Host}, {@code Connection},
 * {@code Content-Length}, {@code Expect}, {@code Upgrade}).
 */
@NullMarked
package dev.weft.adapters.jdkhttp;

import org.jspecify.annotations.NullMarked;
