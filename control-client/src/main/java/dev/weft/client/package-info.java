/** The control client: xDS in, snapshots out. */
@NullMarked
package dev.weft.client;

import org.jspecify.annotations.NullMarked;
