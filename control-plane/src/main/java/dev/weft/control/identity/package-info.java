/** Whom the control plane shows itself to be, and whom clients show themselves to be. */
@NullMarked
package dev.weft.control.identity;

import org.jspecify.annotations.NullMarked;
