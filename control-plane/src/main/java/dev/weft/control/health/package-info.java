/** Finds out how instances are that can't say it themselves. */
@NullMarked
package dev.weft.control.health;

import org.jspecify.annotations.NullMarked;
