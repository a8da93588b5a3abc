package dev.weft.control.api;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who is let in to the REST API, and by which name.
 *
 * @param token takes whoever changes something, and whoever reads from another machine
 * @param names DNS names that it may be asked by beside its addresses, in lower case; {@code *.} stands for one label
 * @param isNetworked whether it can be reached from other machines at all
 * @param isHere whether the address of a client is one of this machine alone
 */
public record Access(
        String token, Supplier<? extends Collection<String>> names, boolean isNetworked, Predicate<String> isHere) {

    /** Whether it is one of those that only this machine has for itself. */
    public static boolean isLoopback(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
