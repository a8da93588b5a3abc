/** Rules as people write them: Istio YAML, read strictly. */
@NullMarked
package dev.weft.control.rule;

import org.jspecify.annotations.NullMarked;
