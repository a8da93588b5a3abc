/** HTTP/1.1 as bytes: heads read into offsets, bodies counted and handed on, connections of both sides. */
@NullMarked
package dev.weft.proxy.http1;

import org.jspecify.annotations.NullMarked;
