/** Finds out how the application is: what it is asked, when, and what comes of it. */
@NullMarked
package dev.weft.proxy.health;

import org.jspecify.annotations.NullMarked;
