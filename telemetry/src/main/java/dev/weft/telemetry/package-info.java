/** What people and tools get to see of the calls: spans, numbers, and their text forms. */
@NullMarked
package dev.weft.telemetry;

import org.jspecify.annotations.NullMarked;
