/** From accepted resources to one complete snapshot: what to subscribe to, what is complete, who waits for it, and what is kept on disk. */
@NullMarked
package dev.weft.client.warm;

import org.jspecify.annotations.NullMarked;
