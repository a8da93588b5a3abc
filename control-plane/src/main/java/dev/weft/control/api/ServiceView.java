package dev.weft.control.api;

import dev.weft.control.registry.Instance;
import dev.weft.control.registry.Service;
import dev.weft.control.registry.State;
import java.util.List;

/**
 * A service as the API shows it.
 *
 * @param ports that its instances listen on
 * @param up how many instances are UP
 */
record ServiceView(
        String host,
        String name,
        String namespace,
        List<String> aliases,
        List<Integer> ports,
        int instances,
        long up,
        List<String> versions) {

    static ServiceView of(Service service, List<String> aliases) {
        List<Instance> instances = service.instances();
        return new ServiceView(
                service.host(),
                service.name(),
                service.namespace(),
                aliases,
                instances.stream().map(Instance::port).distinct().sorted().toList(),
                instances.size(),
                instances.stream().filter(i -> i.state() == State.UP).count(),
                instances.stream()
                        .map(Instance::version)
                        .filter(version -> !version.isEmpty())
                        .distinct()
                        .sorted()
                        .toList());
    }
}
