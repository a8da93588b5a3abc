/** One line for each call that was made or served. */
@NullMarked
package dev.weft.telemetry.access;

import org.jspecify.annotations.NullMarked;
