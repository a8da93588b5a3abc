/** What outlives a process, in a directory of its own or in a store that replicas share. */
@NullMarked
package dev.weft.control.keep;

import org.jspecify.annotations.NullMarked;
