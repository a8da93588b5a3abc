@NullMarked
package dev.weft.client.resource;

import org.jspecify.annotations.NullMarked;
