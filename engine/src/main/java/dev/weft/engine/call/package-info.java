/** The life of one call: what drivers tell the engine and what it tells them. */
@NullMarked
package dev.weft.engine.call;

import org.jspecify.annotations.NullMarked;
