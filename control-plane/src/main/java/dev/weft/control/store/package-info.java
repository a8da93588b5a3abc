/** The resources that clients subscribe to, one by one. */
@NullMarked
package dev.weft.control.store;

import org.jspecify.annotations.NullMarked;
