/** What is asked of a rate limit service. */
@NullMarked
package dev.weft.client.quota;

import org.jspecify.annotations.NullMarked;
