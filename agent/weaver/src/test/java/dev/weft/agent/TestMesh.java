package dev.weft.agent;

import dev.weft.engine.Engine;
import dev.weft.engine.adapt.Inbound;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Workload;
import dev.weft.engine.balance.RandomSource;
import dev.weft.engine.call.Headers;
import dev.weft.engine.drive.Outside;
import dev.weft.engine.trace.Ambient;

/** A mesh that knows no host: the weaver only hands it on. */
public final class TestMesh {
    private TestMesh() {}

    public static Mesh make() {
        RandomSource random = new RandomSource() {
            @Override
            public int below(int bound) {
                return 0;
            }

            @Override
            public long bits() {
                return 0;
            }
        };
        Inbound inbound = (String method, String path, Headers headers) -> {
            throw new UnsupportedOperationException("nothing is served here");
        };
        Engine engine = new Engine(random, new Ambient(() -> true), call -> {}, bug -> {});
        return new Mesh(engine, System::nanoTime, (at, task) -> () -> {}, Outside.NONE, inbound, Workload.NONE);
    }
}
