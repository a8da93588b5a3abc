/** What people have written, and what they may have meant. */
@NullMarked
package dev.weft.protocol.words;

import org.jspecify.annotations.NullMarked;
