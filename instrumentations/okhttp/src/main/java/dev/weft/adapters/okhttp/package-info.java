/** OkHttp 3.14 to 5.5, blocking and enqueued. */
@NullMarked
package dev.weft.adapters.okhttp;

import org.jspecify.annotations.NullMarked;
