package dev.weft.adapters.httpclient4;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.http.config.Lookup;
import org.apache.http.conn.DnsResolver;
import org.apache.http.conn.SchemePortResolver;

/**
 * The library's own way to open a connection, with the application's socket factories, for a name that
 * resolves to one address. 4.3 knows no other way to connect to an address under a name.
 */
final class Operators {
    private final MethodHandle sockets;
    private final MethodHandle constructor;

    private Operators(MethodHandle sockets, MethodHandle constructor) {
        this.sockets = sockets;
        this.constructor = constructor;
    }

    /** One like {@code operator}, for which every name is this address. */
    Object resolving(Object operator, InetAddress address) throws Throwable {
        var factories = (Lookup<?>) sockets.invokeExact(operator);
        DnsResolver resolver = name -> new InetAddress[] {named(address, name)};
        return (Object) constructor.invokeExact(factories, resolver);
    }

    /** Before 4.3.2 the name in the address is what tells the JVM's TLS which name to ask for. */
    private static InetAddress named(InetAddress address, String name) throws UnknownHostException {
        return address instanceof Inet6Address six
                ? Inet6Address.getByAddress(name, six.getAddress(), six.getScopeId())
                : InetAddress.getByAddress(name, address.getAddress());
    }

    /** Operators of the class that this one is, or extends; a class path has one of them. */
    static Operators of(Class<?> type) {
        Class<?> librarys = type;
        while (!librarys.getName().startsWith("org.apache.http.impl.conn.")) {
            librarys = librarys.getSuperclass(); // an application's own kind of operator
        }
        try {
            var inside = MethodHandles.privateLookupIn(librarys, MethodHandles.lookup());
            MethodHandle sockets = inside.findGetter(librarys, "socketFactoryRegistry", Lookup.class);
            MethodHandle constructor = inside.findConstructor(
                    librarys,
                    MethodType.methodType(void.class, Lookup.class, SchemePortResolver.class, DnsResolver.class));
            return new Operators(
                    sockets.asType(MethodType.methodType(Lookup.class, Object.class)),
                    MethodHandles.insertArguments(constructor, 1, (SchemePortResolver) null)
                            .asType(MethodType.methodType(Object.class, Lookup.class, DnsResolver.class)));
        } catch (ReflectiveOperationException otherRelease) {
            throw new LinkageError(librarys.getName() + " is not made as expected", otherRelease);
        }
    }
}
