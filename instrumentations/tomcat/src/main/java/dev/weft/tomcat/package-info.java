/** The server side of Tomcat. */
@NullMarked
package dev.weft.tomcat;

import org.jspecify.annotations.NullMarked;
