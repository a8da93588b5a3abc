package dev.weft.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an application's class archive (AppCDS, or AOT cache) is in use although an agent is attached.
 *
 * @param feature feature version of the application's Java, e.g. 17
 * @param flags its JVM flags
 * @param shared classes that came out of an archive
 * @param loaded classes that were read from class files
 */
record ClassSharing(int feature, List<String> flags, long shared, long loaded) {
    /** An archive of the JDK alone gives a Spring application about a third of its classes. */
    private static final double IN_USE = 0.6;

    Finding judge() {
        if (flags.contains("-Xshare:off") || flags.contains("-XX:AOTMode=off")) {
            return Finding.note("class sharing is switched off by a flag of the application");
        }
        var archive = archive();
        var counted = String.format(
                Locale.ROOT, "%d of %d classes are shared (%.0f %%)", shared, shared + loaded, 100 * ratio());
        if (archive == null) {
            return Finding.note("class archive: none of the application's own; " + counted
                    + ". docs/fast-start.md shows how to make one");
        }
        if (ratio() >= IN_USE) {
            return Finding.ok("class archive " + archive + " is in use: " + counted);
        }
        return Finding.problem("class archive " + archive + " is not in use: only " + counted + ". " + remedy());
    }

    private double ratio() {
        return shared + loaded == 0 ? 0 : (double) shared / (shared + loaded);
    }

    private @Nullable String archive() {
        for (var flag : flags) {
            if (flag.startsWith("-XX:AOTCache=") || flag.startsWith("-XX:SharedArchiveFile=")) {
                return flag.substring(flag.indexOf('=') + 1);
            }
        }
        return null;
    }

    private String remedy() {
        if (feature >= 24) {
            return "Make it again without the agent but with --add-modules java.instrument, which an agent brings in";
        }
        return "Make it again with the same Java and the same class path, without the agent; and look for another"
                + " agent that appends to the boot class path";
    }
}
