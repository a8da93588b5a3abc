package dev.weft.adapters.urlconnection;

import dev.weft.engine.adapt.Abandoned;
import dev.weft.engine.drive.Ending;

/**
 * A call whose endpoint can't be changed any more, because the application has the connection in its
 * hands before the answer is asked for: it streams the body, or has looked at the TLS session.
 */
record Committed(Sending sending, Ending ending, Abandoned.Watch watch) {}
