/** Where adapters are loaded: beside the library, one loader for each application class loader. */
@NullMarked
package dev.weft.agent.loader;

import org.jspecify.annotations.NullMarked;
