/** W3C trace context. */
@NullMarked
package dev.weft.engine.trace;

import org.jspecify.annotations.NullMarked;
