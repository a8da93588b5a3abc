/** A web application of its own, with its own copy of a client. */
@NullMarked
package webapp;

import org.jspecify.annotations.NullMarked;
