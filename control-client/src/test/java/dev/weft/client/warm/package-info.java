@NullMarked
package dev.weft.client.warm;

import org.jspecify.annotations.NullMarked;
