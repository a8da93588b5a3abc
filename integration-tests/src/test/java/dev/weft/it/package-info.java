/** Built artifacts, real processes, real sockets. */
@NullMarked
package dev.weft.it;

import org.jspecify.annotations.NullMarked;
