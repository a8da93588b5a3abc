package dev.weft.agent;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Every file of the agent jar, those in the class pack included, by the name an entry would have. */
final class AgentFiles {
    private static final String PACK = "inst/classes";

    private AgentFiles() {}

    static Map<String, byte[]> read() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (ZipFile jar = new ZipFile(Jvm.AGENT.toFile())) {
            for (var all = jar.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                try (InputStream in = jar.getInputStream(entry)) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        unpack(ByteBuffer.wrap(files.remove(PACK)), files);
        return files;
    }

    private static void unpack(ByteBuffer pack, Map<String, byte[]> files) throws IOException {
        int slots = pack.getInt();
        for (int i = 0; i < slots; i++) {
            pack.getInt();
            int from = pack.getInt();
            int length = pack.getInt();
            if (length > 0) {
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(pack.array(), from, length));
                String name = "inst/" + in.readUTF().replace('.', '/') + ".classdata";
                files.put(name, new InflaterInputStream(in, new Inflater(true)).readAllBytes());
            }
        }
    }
}
