/** How the processes of one user on one machine find each other: small files in a private directory. */
@NullMarked
package dev.weft.protocol.local;

import org.jspecify.annotations.NullMarked;
