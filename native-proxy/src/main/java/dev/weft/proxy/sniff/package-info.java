/** What a connection speaks, by its first bytes. */
@NullMarked
package dev.weft.proxy.sniff;

import org.jspecify.annotations.NullMarked;
