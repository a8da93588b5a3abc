/** The application as a member of the mesh: its name, ports, readiness and end. */
@NullMarked
package dev.weft.agent.workload;

import org.jspecify.annotations.NullMarked;
