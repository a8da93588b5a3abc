/** Which workloads exist, where they are and how they are. */
@NullMarked
package dev.weft.control.registry;

import org.jspecify.annotations.NullMarked;
