/** Where calls go under given rules, for unit tests: no process, no socket, no waiting. */
@NullMarked
package dev.weft.testkit;

import org.jspecify.annotations.NullMarked;
