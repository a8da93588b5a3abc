/** What this workload offers, and whether it is ready. */
@NullMarked
package dev.weft.client.register;

import org.jspecify.annotations.NullMarked;
