@NullMarked
package dev.weft.client.identity;

import org.jspecify.annotations.NullMarked;
