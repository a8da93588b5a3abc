/** The REST API to look at what the control plane knows. */
@NullMarked
package dev.weft.control.api;

import org.jspecify.annotations.NullMarked;
