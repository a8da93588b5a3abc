/** Which of the usable endpoints. */
@NullMarked
package dev.weft.engine.balance;

import org.jspecify.annotations.NullMarked;
