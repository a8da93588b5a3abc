/** What both ends of the protocol say of a regular expression before they compile it. */
@NullMarked
package dev.weft.protocol.regex;

import org.jspecify.annotations.NullMarked;
