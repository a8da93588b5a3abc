/** Recorded calls, decided again by other rules. */
@NullMarked
package dev.weft.testkit.replay;

import org.jspecify.annotations.NullMarked;
