/** What the control plane says on its standard output. */
@NullMarked
package dev.weft.control.log;

import org.jspecify.annotations.NullMarked;
