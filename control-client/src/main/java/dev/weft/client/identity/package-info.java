/** Who this workload is, towards the control plane and towards its peers. */
@NullMarked
package dev.weft.client.identity;

import org.jspecify.annotations.NullMarked;
