/** What agents and proxies show their operators and do for them, whatever serves the requests. */
@NullMarked
package dev.weft.admin;

import org.jspecify.annotations.NullMarked;
