/** Two adapters around one method. */
@NullMarked
package dev.weft.adapters.twice;

import org.jspecify.annotations.NullMarked;
