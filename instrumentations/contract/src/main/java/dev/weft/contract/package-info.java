/** What every HTTP client must do in the mesh: 35 numbered stories over real sockets. */
@NullMarked
package dev.weft.contract;

import org.jspecify.annotations.NullMarked;
