/** The xDS server: streams, subscriptions and what each of them has been told. */
@NullMarked
package dev.weft.control.serve;

import org.jspecify.annotations.NullMarked;
