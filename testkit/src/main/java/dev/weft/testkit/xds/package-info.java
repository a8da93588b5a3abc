/** xDS resources written as JSON. */
@NullMarked
package dev.weft.testkit.xds;

import org.jspecify.annotations.NullMarked;
