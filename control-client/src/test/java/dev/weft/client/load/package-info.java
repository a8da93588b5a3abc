@NullMarked
package dev.weft.client.load;

import org.jspecify.annotations.NullMarked;
