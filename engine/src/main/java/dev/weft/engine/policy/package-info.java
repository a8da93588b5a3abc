/** Small rules, each a record with its arithmetic. */
@NullMarked
package dev.weft.engine.policy;

import org.jspecify.annotations.NullMarked;
