/** HTTP/2 as frames go by: streams of clients and to endpoints, each one side of an exchange. */
@NullMarked
package dev.weft.proxy.http2;

import org.jspecify.annotations.NullMarked;
