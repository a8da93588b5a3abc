/** The proxy for services that have no JVM: put together from its parts, and its life. */
@NullMarked
package dev.weft.proxy;

import org.jspecify.annotations.NullMarked;
