/**
 * Mesh DNS: answers for the names of the mesh, and forwards all others to the servers of resolv.conf.
 *
 * <p>The codec is our own. Netty's codec-dns holds names as text, in which a dot inside a label is the same
 * as one between labels, and copies the data of most records as it is, so that compressed names inside it
 * (SOA, MX, SRV) point elsewhere once the message is written again. What is forwarded has to come back byte by
 * byte, record types that nobody knows yet included.
 *
 * <p>All state belongs to one event loop; there is no lock.
 */
@NullMarked
package dev.weft.proxy.dns;

import org.jspecify.annotations.NullMarked;
