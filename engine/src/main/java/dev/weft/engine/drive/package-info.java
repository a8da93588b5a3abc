/** Drivers: one per calling style, each interprets the steps of a call. */
@NullMarked
package dev.weft.engine.drive;

import org.jspecify.annotations.NullMarked;
