package dev.weft.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The head of a connection by which a proxy says for whom it is, in its two versions.
 *
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class ProxyProtocol {
    /** Octets of a line of the first version, its end included. */
    private static final int LONGEST_LINE = 107;

    /** Octets after the fixed part of the second version: addresses, and what else a sender has to say. */
    private static final int MOST = 2048;

    private static final ByteBuf WORD = octets("PROXY ");
    private static final ByteBuf SIGNATURE = octets("\r\n\r\n\0\r\nQUIT\n");
    private static final int FIXED = 16;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    private ProxyProtocol() {}

    private static ByteBuf octets(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    /** Which head is sent. */
    public enum Version {
        V1,
        V2
    }

    /** What was read. */
    public sealed interface Read {
        /** More is needed. */
        record More() implements Read {}

        /** There is no such head. */
        record Absent() implements Read {}

        /** It is one and can't be understood. */
        record Bad(String why) implements Read {}

        /**
         * It was skipped.
         *
         * @param source null where the sender speaks for itself, or doesn't say
         */
        record Head(
                @Nullable InetSocketAddress source,
                @Nullable InetSocketAddress destination) implements Read {}
    }

    /** Reads a head, and moves behind it if it is whole. */
    public static Read read(ByteBuf in) {
        if (begins(in, SIGNATURE)) {
            return in.readableBytes() < FIXED ? new Read.More() : binary(in);
        }
        return begins(in, WORD) ? line(in) : new Read.Absent();
    }

    private static boolean begins(ByteBuf in, ByteBuf with) {
        int same = Math.min(in.readableBytes(), with.readableBytes());
        return in.slice(in.readerIndex(), same).equals(with.slice(0, same));
    }

    private static Read binary(ByteBuf in) {
        int start = in.readerIndex();
        int command = in.getUnsignedByte(start + 12);
        int family = in.getUnsignedByte(start + 13);
        int length = in.getUnsignedShort(start + 14);
        if (command != 0x20 && command != 0x21) {
            return new Read.Bad("version and command are " + Integer.toHexString(command));
        }
        if (length > MOST) {
            return new Read.Bad("it is " + length + " octets long");
        }
        if (in.readableBytes() < FIXED + length) {
            return new Read.More();
        }
        int octets = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
        if (command == 0x21 && octets > 0 && length < 2 * octets + 4) {
            return new Read.Bad("its addresses are cut off");
        }
        in.skipBytes(FIXED + length);
        if (command == 0x20 || octets == 0) {
            return new Read.Head(null, null);
        }
        int at = start + FIXED;
        InetAddress source = address(in, at, octets);
        InetAddress destination = address(in, at + octets, octets);
        return new Read.Head(
                new InetSocketAddress(source, in.getUnsignedShort(at + 2 * octets)),
                new InetSocketAddress(destination, in.getUnsignedShort(at + 2 * octets + 2)));
    }

    private static InetAddress address(ByteBuf in, int at, int octets) {
        byte[] address = new byte[octets];
        in.getBytes(at, address);
        return address(address);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // its length is right
        }
    }

    private static Read line(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.indexOf(start, Math.min(in.writerIndex(), start + LONGEST_LINE), (byte) '\n');
        if (end < 0) {
            return in.readableBytes() < LONGEST_LINE ? new Read.More() : new Read.Bad("its line is too long");
        }
        String line = in.toString(start, end + 1 - start, StandardCharsets.US_ASCII);
        if (!line.endsWith("\r\n")) {
            return new Read.Bad("its line ends without CR");
        }
        String[] words = line.substring(0, line.length() - 2).split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            in.readerIndex(end + 1);
            return new Read.Head(null, null);
        }
        if (words.length != 6 || !words[1].equals("TCP4") && !words[1].equals("TCP6")) {
            return new Read.Bad("'" + line.trim() + "' is not of its form");
        }
        boolean four = words[1].equals("TCP4");
        InetSocketAddress source = address(words[2], words[4], four);
        InetSocketAddress destination = address(words[3], words[5], four);
        if (source == null || destination == null) {
            return new Read.Bad("'" + line.trim() + "' holds what is no address");
        }
        in.readerIndex(end + 1);
        return new Read.Head(source, destination);
    }

    /** Literals alone: nobody is asked for a name. */
    private static @Nullable InetSocketAddress address(String host, String port, boolean four) {
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(host);
        boolean right = octets != null && octets.length == (four ? 4 : 16);
        if (!right || !port.matches("0|[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
            return null;
        }
        return new InetSocketAddress(address(octets), Integer.parseInt(port));
    }

    /** The head that says for whom a connection is. */
    public static ByteBuf head(
            ByteBufAllocator allocator, Version version, InetSocketAddress source, InetSocketAddress destination) {
        InetAddress from = source.getAddress();
        InetAddress to = destination.getAddress();
        boolean four = from instanceof Inet4Address && to instanceof Inet4Address;
        boolean alike = four || !(from instanceof Inet4Address) && !(to instanceof Inet4Address);
        if (version == Version.V1) {
            String line = alike
                    ? (four ? "PROXY TCP4 " : "PROXY TCP6 ") + text(from) + " " + text(to) + " " + source.getPort()
                            + " " + destination.getPort()
                    : "PROXY UNKNOWN";
            ByteBuf out = allocator.buffer(LONGEST_LINE);
            out.writeCharSequence(line + "\r\n", StandardCharsets.US_ASCII);
            return out;
        }
        ByteBuf out = allocator.buffer(FIXED + 36);
        out.writeBytes(SIGNATURE.slice()).writeByte(0x21);
        if (!alike) {
            return out.writeByte(0).writeShort(0);
        }
        out.writeByte(four ? TCP4 : TCP6).writeShort(four ? 12 : 36);
        out.writeBytes(from.getAddress()).writeBytes(to.getAddress());
        return out.writeShort(source.getPort()).writeShort(destination.getPort());
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
