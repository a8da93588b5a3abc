package dev.weft.cli;

import picocli.CommandLine.Command;

@Command(name = "control-plane")
final class ControlPlaneCommand implements Runnable {
    @Override
    public void run() {}
}
