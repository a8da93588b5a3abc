/** The reference check: does this version of the library have what the adapter uses? */
@NullMarked
package dev.weft.agent.check;

import org.jspecify.annotations.NullMarked;
