@NullMarked
package dev.weft.client.register;

import org.jspecify.annotations.NullMarked;
