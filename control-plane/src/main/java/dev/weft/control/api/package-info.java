/** The REST API: what the control plane knows, to look at, to watch and to change. */
@NullMarked
package dev.weft.control.api;

import org.jspecify.annotations.NullMarked;
