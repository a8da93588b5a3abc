/** Why a call goes where it goes, as data. */
@NullMarked
package dev.weft.engine.explain;

import org.jspecify.annotations.NullMarked;
