/** Apache HttpClient 4.3 to 4.5, as its builders make it. */
@NullMarked
package dev.weft.adapters.httpclient4;

import org.jspecify.annotations.NullMarked;
