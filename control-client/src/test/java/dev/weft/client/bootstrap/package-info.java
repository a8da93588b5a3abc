@NullMarked
package dev.weft.client.bootstrap;

import org.jspecify.annotations.NullMarked;
