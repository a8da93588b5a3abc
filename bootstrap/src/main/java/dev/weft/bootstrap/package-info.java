/** What of the agent lives in the application's class loader: the way in, and the agent's own loader. */
@NullMarked
package dev.weft.bootstrap;

import org.jspecify.annotations.NullMarked;
