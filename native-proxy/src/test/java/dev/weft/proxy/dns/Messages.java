package dev.weft.proxy.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes and shows messages for tests. */
final class Messages {
    private static final List<String> RCODES =
            List.of("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED");

    private Messages() {}

    static byte[] query(int id, String name, int type) {
        return query(id, name, type, 0);
    }

    /**
     * @param size for EDNS; 0 for none
     */
    static byte[] query(int id, String name, int type, int size) {
        var out = new Bytes().u16(id).u16(Wire.RD).u16(1).u16(0).u16(0).u16(size > 0 ? 1 : 0);
        out.name(name).u16(type).u16(1);
        if (size > 0) {
            out.u8(0).u16(Wire.OPT).u16(size).u32(0).u16(0);
        }
        return out.toByteArray();
    }

    /** An answer to this query without its OPT record; records follow in the order of the counts. */
    static Bytes answer(byte[] query, int flags, int answers, int authorities) {
        var out = new Bytes()
                .u16(id(query))
                .u16(Wire.QR | Wire.RD | Wire.RA | flags)
                .u16(1);
        out.u16(answers).u16(authorities).u16(0);
        out.write(query, Wire.HEADER, questionEnd(query) - Wire.HEADER);
        return out;
    }

    static byte[] address(byte[] query, int ttl, String address) {
        return answer(query, 0, 1, 0)
                .u16(0xC00C)
                .record(Wire.A, ttl, ip(address))
                .toByteArray();
    }

    static byte[] failure(byte[] query, int rcode) {
        return answer(query, rcode, 0, 0).toByteArray();
    }

    static int id(byte[] message) {
        return Wire.u16(message, 0);
    }

    private static int questionEnd(byte[] query) {
        try {
            return DnsName.read(query, Wire.HEADER).end() + 4;
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    static byte[] ip(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code NOERROR aa | orders 30 A 240.240.0.1 | authority ...}. */
    static String show(byte[] message) {
        try {
            int flags = Wire.u16(message, 2);
            var text = new StringBuilder(RCODES.get(flags & 0xF));
            text.append((flags & Wire.AA) != 0 ? " aa" : "").append((flags & Wire.TC) != 0 ? " tc" : "");
            if (Wire.u16(message, 4) == 0) {
                return text.toString();
            }
            for (var entry : Section.read(message, questionEnd(message))) {
                if (entry.type() != Wire.OPT) {
                    text.append(
                            List.of(" | ", " | authority ", " | additional ").get(entry.kind()));
                    text.append(entry.owner().text()).append(' ').append(Wire.ttl(message, entry.ttlAt()));
                    text.append(' ').append(data(message, entry));
                }
            }
            return text.toString();
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    private static String data(byte[] message, Section.Entry entry) throws Malformed {
        int at = entry.dataAt();
        return switch (entry.type()) {
            case Wire.A, Wire.AAAA -> {
                byte[] bytes = Arrays.copyOfRange(message, at, entry.end());
                try {
                    yield (bytes.length == 4 ? "A " : "AAAA ")
                            + InetAddress.getByAddress(bytes).getHostAddress();
                } catch (UnknownHostException e) {
                    throw new AssertionError(e);
                }
            }
            case Wire.CNAME -> "CNAME " + DnsName.read(message, at).name().text();
            case Wire.PTR -> "PTR " + DnsName.read(message, at).name().text();
            case Wire.SRV ->
                "SRV " + Wire.u16(message, at) + " " + Wire.u16(message, at + 2) + " "
                        + Wire.u16(message, at + 4) + " "
                        + DnsName.read(message, at + 6).name().text();
            case Wire.SOA -> "SOA";
            default -> "TYPE" + entry.type();
        };
    }

    /** A message being written. */
    static final class Bytes extends ByteArrayOutputStream {
        Bytes u8(int value) {
            write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value >> 8).u8(value);
        }

        Bytes u32(long value) {
            return u16((int) (value >> 16)).u16((int) value);
        }

        Bytes name(String name) {
            for (String label : name.isEmpty() ? new String[0] : name.split("\\.")) {
                byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
                u8(bytes.length).writeBytes(bytes);
            }
            return u8(0);
        }

        /** What stands behind the owner. */
        Bytes record(int type, int ttl, byte[] data) {
            u16(type).u16(1).u32(ttl).u16(data.length).writeBytes(data);
            return this;
        }

        Bytes soa(int ttl, int minimum) {
            var data = new Bytes().u8(0).u8(0).u32(1).u32(2).u32(3).u32(4).u32(minimum);
            return u8(0).record(Wire.SOA, ttl, data.toByteArray());
        }
    }

    static String hex(byte[] bytes) {
        List<String> all = new ArrayList<>();
        for (byte b : bytes) {
            all.add(String.format("%02x", b));
        }
        return all.stream().collect(Collectors.joining());
    }
}
