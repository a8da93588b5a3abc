/** What we claim, measured. Each benchmark prints lines {@code RESULT <name> <value> <unit>}. */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
