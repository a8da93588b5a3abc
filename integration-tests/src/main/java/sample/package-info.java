/** A plain application: a server on Tomcat and a caller with three HTTP clients. It knows nothing of a mesh. */
@NullMarked
package sample;

import org.jspecify.annotations.NullMarked;
