/** What the client says about itself. */
@NullMarked
package dev.weft.client.report;

import org.jspecify.annotations.NullMarked;
