/** Many callers and many endpoints in virtual time: what holds of all calls together. */
@NullMarked
package dev.weft.engine.simulation;

import org.jspecify.annotations.NullMarked;
