/** Resources of the control plane, read strictly into the engine's types. Everything that is set is either read, or reported as unsupported, or refused. */
@NullMarked
package dev.weft.client.resource;

import org.jspecify.annotations.NullMarked;
