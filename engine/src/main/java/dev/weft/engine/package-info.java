/**
 * Decides where calls go. A state machine without network, clock, thread or lock on the path of a
 * call: it is told what happened and when, and asked what to do now.
 */
@NullMarked
package dev.weft.engine;

import org.jspecify.annotations.NullMarked;
