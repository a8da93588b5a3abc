package java.lang;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The one class of ours on the boot loader: where woven code meets the agent. It stands in
 * {@code java.lang} because that is the one package that every class loader, however it delegates,
 * must take from the boot loader.
 */
public final class WeftLink {
    /** Set and cleared by the agent, through the opened package; the application can't reach it. */
    private static volatile MethodHandle linker;

    private WeftLink() {}

    /**
     * Bootstrap of every woven call site. It never throws: the JVM would remember the error and
     * throw it at the application for ever.
     */
    public static CallSite link(
            MethodHandles.Lookup caller, String call, MethodType type, String adapter, String method, String desc) {
        MethodHandle current = linker;
        if (current != null) {
            try {
                return (CallSite) current.invokeExact(caller, call, type, adapter, method, desc);
            } catch (Throwable failed) {
                return nothing(call, type); // the linker logs its own failures; what gets here is the stack's end
            }
        }
        return nothing(call, type);
    }

    private static CallSite nothing(String call, MethodType type) {
        return new ConstantCallSite(
                call.equals("after")
                        ? MethodHandles.dropArguments(
                                MethodHandles.identity(Object.class), 1, Object.class, Object[].class)
                        : MethodHandles.empty(type));
    }
}
