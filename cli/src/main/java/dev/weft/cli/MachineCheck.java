package dev.weft.cli;

import dev.weft.protocol.local.ControlPlaneFile;
import dev.weft.protocol.local.RuntimeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** What the doctor looks at on this machine, whichever application is meant. */
final class MachineCheck {
    private final RuntimeDirectory directory;

    MachineCheck(RuntimeDirectory directory) {
        this.directory = directory;
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        findings.add(java());
        findings.add(runtimeDirectory());
        findings.add(controlPlane());
        return findings;
    }

    private static Finding java() {
        var shown = "Java " + Runtime.version() + " in " + System.getProperty("java.home");
        return ModuleLayer.boot().findModule("java.instrument").isPresent()
                ? Finding.ok(shown)
                : Finding.problem(shown + " lacks the module java.instrument: no agent can run on it. Use a full JDK,"
                        + " or add java.instrument to the jlink command that made it");
    }

    private Finding runtimeDirectory() {
        if (!Files.exists(directory.path())) {
            return Finding.note("runtime directory " + directory.path()
                    + ": not there yet; the first agent or control plane creates it");
        }
        try {
            int agents = directory.agents().size();
            return Finding.ok("runtime directory " + directory.path() + ": " + agents + " running agents");
        } catch (IOException e) {
            return Finding.problem("runtime directory: " + e.getMessage());
        }
    }

    private Finding controlPlane() {
        try {
            var file = directory.controlPlane();
            if (file == null) {
                return Finding.note("control plane: none of this user runs here. Start one with"
                        + " 'weft control-plane --config DIR', or set WEFT_CONTROL_PLANE for the applications");
            }
            return reached(file);
        } catch (IOException | IllegalArgumentException e) {
            return Finding.problem("control plane: " + e.getMessage());
        }
    }

    private static Finding reached(ControlPlaneFile file) throws IOException {
        var shown = "control plane (process " + file.pid() + "): xDS " + file.xds() + ", REST " + file.rest();
        int ready = Endpoint.parse(file.rest(), RestTarget.defaultAuthorities())
                .get("/ready", "text/plain")
                .status();
        if (!Endpoint.parse(file.xds()).accepts()) {
            return Finding.problem(shown + ": its xDS port takes no connections; read its log");
        }
        return ready == 200 ? Finding.ok(shown) : Finding.problem(shown + ": not ready (" + ready + "); read its log");
    }
}
