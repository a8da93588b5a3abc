/** A small HTTP/1.1 server with limits: requests whole, answers whole or as server-sent events. */
@NullMarked
package dev.weft.control.http;

import org.jspecify.annotations.NullMarked;
