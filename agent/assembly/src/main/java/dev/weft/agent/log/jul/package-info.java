/**
 * Stand-ins for {@code java.util.logging} and the like, with just what the bundled libraries call.
 * The packer puts their references here: the real classes would initialise the application's
 * LogManager, or print to its stderr. The packer also checks that nothing is missing.
 */
@NullMarked
package dev.weft.agent.log.jul;

import org.jspecify.annotations.NullMarked;
