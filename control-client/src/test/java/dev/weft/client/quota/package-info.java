@NullMarked
package dev.weft.client.quota;

import org.jspecify.annotations.NullMarked;
