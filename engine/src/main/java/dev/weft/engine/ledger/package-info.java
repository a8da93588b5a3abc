/** What is measured: endpoint and cluster state that outlives snapshots. */
@NullMarked
package dev.weft.engine.ledger;

import org.jspecify.annotations.NullMarked;
