/**
 * Adapters for {@code java.net.HttpURLConnection}, JDK 17 to 25, and for whatever stands on it.
 *
 * <p>{@link dev.weft.adapters.urlconnection.AnswerHook} takes a call over where its answer is first asked
 * for; each attempt puts the connection object back to what the application made of it, connects, and
 * lets the library go on. The URL stays logical. The other hooks answer from the attempt that the thread
 * is sending: {@link dev.weft.adapters.urlconnection.OpenHook} opens the socket, {@link
 * dev.weft.adapters.urlconnection.KeepHook} keeps it apart, {@link
 * dev.weft.adapters.urlconnection.RedirectHook} leads a redirect to another host out of the attempt.
 *
 * <p>What an application can notice, beside the rules: {@code connect()} opens nothing yet, so that a
 * service nobody can reach is found out when the answer is asked for; with {@code https}, looking at
 * the TLS session connects. A streamed body ({@code setChunkedStreamingMode}, {@code
 * setFixedLengthStreamingMode}) is sent once, and its status is known to the mesh when the answer has
 * been read; the limit of a try ends for it where writing begins. The library's own second sending of a
 * request whose connection broke is left for idempotent requests on connections that were kept, and off
 * for the rest. Calls through a proxy, chosen by the application or the JVM's settings, pass untouched;
 * and so does a call that begins outside the mesh and is redirected into it.
 */
@NullMarked
package dev.weft.adapters.urlconnection;

import org.jspecify.annotations.NullMarked;
