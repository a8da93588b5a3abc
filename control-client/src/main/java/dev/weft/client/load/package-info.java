/** Load reports (LRS): what calls to each cluster have come to, told to the control plane that asks for it. */
@NullMarked
package dev.weft.client.load;

import org.jspecify.annotations.NullMarked;
