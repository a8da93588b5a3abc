/** Configuration as the engine sees it: immutable, parsed, complete. */
@NullMarked
package dev.weft.engine.snapshot;

import org.jspecify.annotations.NullMarked;
