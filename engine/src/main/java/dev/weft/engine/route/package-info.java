/** From a name to a route. */
@NullMarked
package dev.weft.engine.route;

import org.jspecify.annotations.NullMarked;
