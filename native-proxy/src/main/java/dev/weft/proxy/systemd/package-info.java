/**
 * What systemd and a service that it starts tell each other: sockets that listen already ({@code sd_listen_fds(3)}), and
 * how the service stands ({@code sd_notify(3)}). Linux with epoll alone: the JDK has neither sockets of others nor
 * datagrams to a path.
 */
@NullMarked
package dev.weft.proxy.systemd;

import org.jspecify.annotations.NullMarked;
