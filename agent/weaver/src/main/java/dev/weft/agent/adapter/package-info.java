/** What adapters say of themselves: where they hook and which members of the library they need. */
@NullMarked
package dev.weft.agent.adapter;

import org.jspecify.annotations.NullMarked;
