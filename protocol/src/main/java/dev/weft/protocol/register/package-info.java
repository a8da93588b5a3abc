/** What both ends of a registration must write alike. */
@NullMarked
package dev.weft.protocol.register;

import org.jspecify.annotations.NullMarked;
