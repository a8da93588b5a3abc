package dev.weft.agent.apps;

import java.util.TreeSet;

/** Names the threads of this JVM that are not the JVM's. */
public final class Threads {
    private Threads() {}

    public static void main(String[] args) {
        TreeSet<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            ThreadGroup group = thread.getThreadGroup();
            if (group != null && group.getName().equals("main")) {
                names.add(thread.getName());
            }
        }
        System.out.println(names);
    }
}
