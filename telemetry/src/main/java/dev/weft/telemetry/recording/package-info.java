/** Calls as they were made and decided, in a file from which they can be decided again. */
@NullMarked
package dev.weft.telemetry.recording;

import org.jspecify.annotations.NullMarked;
