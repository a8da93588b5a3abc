package dev.weft.tomcat;

import dev.weft.engine.adapt.Workload;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what the adapters say about the application. */
final class RecordingWorkload implements Workload {
    final List<String> listening = new CopyOnWriteArrayList<>();
    volatile boolean draining;
    volatile boolean late;

    @Override
    public void named(String name) {}

    @Override
    public void listening(int port, String protocol) {
        listening.add(protocol + ":" + port);
    }

    @Override
    public void ready() {}

    @Override
    public void stopping() {}

    @Override
    public boolean late() {
        return late;
    }

    @Override
    public boolean draining() {
        return draining;
    }
}
