package dev.weft.agent.index;

import dev.weft.agent.adapter.Hook;
import dev.weft.agent.adapter.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Packs adapter modules for the agent jar: {@code Index <output> <name>=<classes folder>...} writes
 * what {@link dev.weft.agent.adapter.PackedModule} reads.
 */
public final class Index {
    private Index() {}

    public static void main(String[] args) throws IOException {
        Path output = Path.of(args[0]);
        Path weft = Files.createDirectories(output.resolve("META-INF/weft"));
        List<String> hooks = new ArrayList<>();
        for (String module : List.of(args).subList(1, args.length)) {
            int equals = module.indexOf('=');
            String name = module.substring(0, equals);
            pack(ModuleIndex.of(name, Path.of(module.substring(equals + 1)), any -> true), output, weft, hooks);
        }
        Files.writeString(weft.resolve("hooks"), text(hooks));
    }

    private static void pack(ModuleIndex module, Path output, Path weft, List<String> hooks) throws IOException {
        hooks.add("module " + module.name());
        for (String name : module.classes()) {
            hooks.add("class " + name);
            Path file = output.resolve("adapters/" + module.name() + "/" + name.replace('.', '/') + ".classdata");
            Files.createDirectories(file.getParent());
            Files.write(file, module.bytes(name));
        }
        for (Hook hook : module.hooks()) {
            hooks.add(hook.line());
        }
        List<String> references = new ArrayList<>();
        for (Map.Entry<String, List<Reference>> adapter : module.references().entrySet()) {
            references.add("@" + adapter.getKey());
            for (Reference reference : adapter.getValue()) {
                references.add(reference.line());
            }
        }
        Files.writeString(weft.resolve(module.name() + ".refs"), text(references));
    }

    /** Each line ends with a line feed, on every system. */
    private static String text(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append('\n');
        }
        return text.toString();
    }
}
