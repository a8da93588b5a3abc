/** Rules and registered workloads become xDS resources. */
@NullMarked
package dev.weft.control.translate;

import org.jspecify.annotations.NullMarked;
