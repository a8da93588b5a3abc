/**
 * One process takes another's place without a connection being refused (Envoy: hot restart; HAProxy: {@code expose-fd
 * listeners}).
 *
 * <p>The one that runs listens on a unix socket. Its successor connects there, and gets the sockets that listen. Once it
 * can serve it says so; from then on the first takes no connections, and ends when those that it has are over. What is
 * said: the first sends two bytes, a version and how many sockets there are; the successor {@link Words#SEND} when it is
 * ready to receive; then come the sockets, and at last the successor's {@link Words#READY}. A successor that ends before
 * leaves everything as it was.
 */
@NullMarked
package dev.weft.proxy.restart;

import org.jspecify.annotations.NullMarked;
