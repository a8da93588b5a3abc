package dev.weft.demo;

import java.nio.file.Path;

/** Everything that the acts play with. */
record Stage(
        Options options,
        Machine machine,
        Processes processes,
        Fleet fleet,
        Web web,
        Customers customers,
        Mesh mesh,
        Rules rules,
        Path home) {}
