/** Weaves a few adapters into the JVM of a test. */
@NullMarked
package dev.weft.agent.harness;

import org.jspecify.annotations.NullMarked;
