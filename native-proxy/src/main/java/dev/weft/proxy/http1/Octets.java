package dev.weft.proxy.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What bytes may stand where in HTTP/1.1, and a search that looks at eight of them at a time. */
public final class Octets {
    public static final int TOKEN = 1;
    /** What a method may have; nginx takes no others. */
    static final int METHOD = 2;
    /** What a request target may have: visible ASCII without the fragment's sign. */
    static final int TARGET = 4;
    /** What a host may have beside brackets: RFC 3986's reg-name, and what addresses are written in. */
    static final int HOST = 8;
    /** What a name of HTTP/2 may have: a token without capitals. */
    public static final int NAME = 16;
    /** What parts a path. */
    private static final int SLASH = 32;
    /** What means something behind a slash: another one, and a point. */
    private static final int BEHIND_SLASH = SLASH << 1;
    /** What a path has that can be written otherwise, wherever it stands: escapes and backslashes. */
    private static final int ODD = 128;

    private static final byte[] KINDS = kinds();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private Octets() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = '!'; c <= '~'; c++) {
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            boolean digit = c >= '0' && c <= '9';
            int kind = c == '#' ? 0 : TARGET;
            kind |= letter || digit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0;
            kind |= (kind & TOKEN) != 0 && !(c >= 'A' && c <= 'Z') ? NAME : 0;
            kind |= c >= 'A' && c <= 'Z' || c == '-' || c == '_' ? METHOD : 0;
            kind |= letter || digit || "-._~%!$&'()*+,;=".indexOf(c) >= 0 ? HOST : 0;
            kind |= c == '/' ? SLASH : 0;
            kind |= c == '/' || c == '.' ? BEHIND_SLASH : 0;
            kind |= c == '%' || c == '\\' ? ODD : 0;
            kinds[c] = (byte) kind;
        }
        return kinds;
    }

    public static boolean is(int kind, byte octet) {
        return (KINDS[octet & 0xFF] & kind) != 0;
    }

    /** All of these that it is. */
    static int kinds(byte octet) {
        return KINDS[octet & 0xFF];
    }

    /** Whether a path with these two in a row could be written otherwise; 0 if not. */
    static int odd(int kindsBefore, int kinds) {
        return kinds & (ODD | kindsBefore << 1 & BEHIND_SLASH);
    }

    public static boolean all(int kind, byte[] in, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((KINDS[in[i] & 0xFF] & kind) == 0) {
                return false;
            }
        }
        return true;
    }

    /** The first control character but a tab; {@code to} when there is none. */
    public static int control(byte[] in, int from, int to) {
        int i = from;
        while (i < to) {
            if (i + 8 <= to) {
                long eight = (long) LONGS.get(in, i);
                long delete = eight ^ 0x7F7F7F7F7F7F7F7FL;
                // The lowest flag is exact; a borrow can only raise flags above it.
                long found = ((eight - 0x2020202020202020L) | (delete - ONES) & ~delete) & ~eight & HIGH;
                if (found == 0) {
                    i += 8;
                    continue;
                }
                i += Long.numberOfTrailingZeros(found) >>> 3;
            }
            if (control(in[i])) {
                return i;
            }
            i++;
        }
        return to;
    }

    private static boolean control(byte octet) {
        return octet >= 0 && octet < ' ' && octet != '\t' || octet == 0x7F;
    }

    /** A number that tells texts apart that differ in their length, or in the first or the last eight bytes. */
    public static int sketch(byte[] in, int from, int to) {
        int length = to - from;
        long ends = length;
        if (length >= 8) {
            ends = (ends * MIX + (long) LONGS.get(in, from)) * MIX + (long) LONGS.get(in, to - 8);
        } else {
            for (int i = from; i < to; i++) {
                ends = ends * MIX + in[i];
            }
        }
        return (int) (ends * MIX >>> 32);
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }

    /** Whether these bytes are this text, which is ASCII in lower case, in any case. */
    static boolean same(byte[] in, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (lower(in[from + i]) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes are this text in any case of either. */
    static boolean sameText(byte[] in, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (lower(in[from + i]) != lower((byte) text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes begin with this text, exactly. */
    static boolean begins(byte[] in, int from, int to, String text) {
        if (to - from < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (in[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
