package dev.weft.engine.ledger;

import dev.weft.engine.route.HostTable;
import dev.weft.engine.snapshot.Snapshot;
import java.util.Map;

/** The snapshot in force, indexed and joined with what is measured. Swapped by one volatile write. */
public record Live(Snapshot snapshot, HostTable hosts, Map<String, LiveCluster> clusters) {}
