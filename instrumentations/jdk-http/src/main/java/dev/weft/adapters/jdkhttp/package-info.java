/** Adapters for {@code java.net.http.HttpClient}, JDK 17 to 25. */
@NullMarked
package dev.weft.adapters.jdkhttp;

import org.jspecify.annotations.NullMarked;
