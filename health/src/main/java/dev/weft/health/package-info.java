/** How an endpoint is checked: what it has to do, one try of it, and what comes of tries in a row. */
@NullMarked
package dev.weft.health;

import org.jspecify.annotations.NullMarked;
