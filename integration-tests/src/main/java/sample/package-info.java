/** A plain application: a server on Tomcat and a caller with the usual HTTP clients. It knows nothing of a mesh. */
@NullMarked
package sample;

import org.jspecify.annotations.NullMarked;
