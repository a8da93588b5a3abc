/** What the launcher runs: a thin client of the control plane's and the agents' own endpoints. */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
