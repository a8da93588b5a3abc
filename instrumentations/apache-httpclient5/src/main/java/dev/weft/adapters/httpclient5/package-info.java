/** Apache HttpClient 5 classic, 5.0 to 5.6. */
@NullMarked
package dev.weft.adapters.httpclient5;

import org.jspecify.annotations.NullMarked;
