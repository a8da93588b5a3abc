/** From the threads of calls to one worker, without ever making them wait. */
@NullMarked
package dev.weft.telemetry.batch;

import org.jspecify.annotations.NullMarked;
