/** Where the control plane is and how the client behaves. */
@NullMarked
package dev.weft.client.bootstrap;

import org.jspecify.annotations.NullMarked;
